using System.Globalization;

namespace Grokking.Data;

/// <summary>
/// The tokens of an equation: the numbers 0 … p − 1 (token = number), the operation (token p) and <c>=</c> (token p + 1).
/// </summary>
public sealed class Vocabulary
{
    private readonly string[] _tokens;
    private readonly Dictionary<string, long> _ids;

    /// <summary>The vocabulary of <c>a ∘ b = y (mod p)</c>: p + 2 tokens.</summary>
    public Vocabulary(int modulus, Operation operation)
    {
        _tokens =
        [
            .. Enumerable.Range(0, modulus).Select(number => number.ToString(CultureInfo.InvariantCulture)),
            operation.Symbol,
            "=",
        ];
        _ids = _tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => (long)pair.id);
    }

    /// <summary>The number of tokens.</summary>
    public int Count => _tokens.Length;

    /// <summary>Every token's text, at the index that is its id.</summary>
    public IReadOnlyList<string> Tokens => _tokens;

    /// <summary>The id of the operation's token.</summary>
    public long Operation => Count - 2;

    /// <summary>The id of the token <c>=</c>.</summary>
    public long EqualsSign => Count - 1;

    /// <summary>Token ids to text: 32, 97, 72, 98, 7 to <c>32 + 72 = 7</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An id is no token's.</exception>
    public string Decode(params ReadOnlySpan<long> ids)
    {
        var words = new string[ids.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            words[i] = ids[i] >= 0 && ids[i] < Count
                ? _tokens[ids[i]]
                : throw new ArgumentOutOfRangeException(
                    nameof(ids), $"Token id {ids[i]} is not in this vocabulary; its ids go from 0 to {Count - 1}.");
        }

        return string.Join(' ', words);
    }

    /// <summary>Text to token ids: <c>32 + 72 = 7</c> to 32, 97, 72, 98, 7.</summary>
    /// <exception cref="ArgumentException">A word is no token.</exception>
    public long[] Encode(string text) =>
        [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word =>
            _ids.TryGetValue(word, out var id)
                ? id
                : throw new ArgumentException(
                    $"'{word}' is not in this vocabulary; it has 0 to {Count - 3}, '{_tokens[Operation]}' and '='."))];
}

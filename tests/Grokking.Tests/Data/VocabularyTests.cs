using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using Grokking.Data;

namespace Grokking.Tests.Data;

public sealed class VocabularyTests
{
    private readonly Vocabulary _vocabulary = new(97, Operation.Add);

    [Fact]
    public void The_tokens_are_the_numbers_the_operation_and_the_equals_sign()
    {
        Assert.Equal([.. Enumerable.Range(0, 97).Select(number => $"{number}"), "+", "="], _vocabulary.Tokens);
        Assert.Equal(99, _vocabulary.Count);
        Assert.Equal(97, _vocabulary.Operation);
        Assert.Equal(98, _vocabulary.EqualsSign);
    }

    [Fact]
    public void The_originals_example_reads_both_ways()
    {
        Assert.Equal("32 + 72 = 7", _vocabulary.Decode(32, 97, 72, 98, 7));
        Assert.Equal([32, 97, 72, 98, 7], _vocabulary.Encode("32 + 72 = 7"));
        Assert.Equal([32, 97, 72], _vocabulary.Encode("  32  + 72 "));
        Assert.Empty(_vocabulary.Encode(""));
        Assert.Equal("", _vocabulary.Decode());
    }

    [Property]
    public Property Text_and_tokens_are_the_same_thing_twice() =>
        Prop.ForAll(
            Gen.Choose(0, 98).Select(id => (long)id).ArrayOf().ToArbitrary(),
            ids => _vocabulary.Encode(_vocabulary.Decode(ids)).SequenceEqual(ids));

    [Theory]
    [InlineData(-1)]
    [InlineData(99)]
    [InlineData(long.MaxValue)]
    public void A_token_id_beyond_the_vocabulary_is_refused(long id)
    {
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => _vocabulary.Decode(1, id));
        Assert.StartsWith($"Token id {id} is not in this vocabulary; its ids go from 0 to 98.", error.Message);
    }

    [Theory]
    [InlineData("32 - 72", "-")]
    [InlineData("97 + 1", "97")]
    [InlineData("32+72", "32+72")]
    [InlineData("007 + 1", "007")]
    public void A_word_that_is_no_token_is_refused(string text, string word)
    {
        var error = Assert.Throws<ArgumentException>(() => _vocabulary.Encode(text));
        Assert.Equal($"'{word}' is not in this vocabulary; it has 0 to 96, '+' and '='.", error.Message);
    }
}

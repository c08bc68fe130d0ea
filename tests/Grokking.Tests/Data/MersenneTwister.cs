namespace Grokking.Tests.Data;

/// <summary>
/// The generator behind <c>torch.Generator</c> on the CPU, MT19937 of Matsumoto and Nishimura (1998), and the draws that
/// PyTorch makes from it: a second way to its permutations, without libtorch.
/// </summary>
internal sealed class MersenneTwister
{
    private readonly uint[] _state = new uint[624];
    private int _next = 624;

    public MersenneTwister(uint seed)
    {
        _state[0] = seed;
        for (var i = 1u; i < 624; i++)
        {
            _state[i] = (1812433253u * (_state[i - 1] ^ (_state[i - 1] >> 30))) + i;
        }
    }

    /// <summary>The next 32 bits.</summary>
    public uint Draw()
    {
        if (_next == 624)
        {
            Twist();
        }

        var word = _state[_next++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680u;
        word ^= (word << 15) & 0xefc60000u;
        return word ^ (word >> 18);
    }

    /// <summary><c>torch.randperm(count)</c>: Fisher and Yates' shuffle from the front.</summary>
    public long[] Permutation(int count)
    {
        var numbers = new long[count];
        for (var i = 0; i < count; i++)
        {
            numbers[i] = i;
        }

        for (var i = 0; i < count - 1; i++)
        {
            var other = i + (int)(Draw() % (uint)(count - i));
            (numbers[i], numbers[other]) = (numbers[other], numbers[i]);
        }

        return numbers;
    }

    private void Twist()
    {
        for (var i = 0; i < 624; i++)
        {
            var bits = (_state[i] & 0x80000000u) | (_state[(i + 1) % 624] & 0x7fffffffu);
            _state[i] = _state[(i + 397) % 624] ^ (bits >> 1) ^ ((bits & 1) * 0x9908b0dfu);
        }

        _next = 0;
    }
}

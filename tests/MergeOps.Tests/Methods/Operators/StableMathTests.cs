using System.Runtime.Intrinsics;
using MergeOps.Methods.Operators.Cpu;
using Xunit;

namespace MergeOps.Tests.Methods.Operators;

public sealed class StableMathTests
{
    private const double DoubleTolerance = 1e-15;
    private const double SingleTolerance = 3e-7;

    [Fact]
    public void Exponentials_are_those_of_the_framework()
    {
        for (var x = -690.0; x < 690; x += 0.37)
        {
            Assert.Equal(1, StableMath.Exp(Vector512.Create(x))[0] / Math.Exp(x), DoubleTolerance);
        }

        for (var x = -86f; x < 87; x += 0.37f)
        {
            Assert.Equal(1, StableMath.Exp(Vector512.Create(x))[0] / Math.Exp(x), SingleTolerance);
        }
    }

    [Fact]
    public void Small_differences_from_1_are_as_precise()
    {
        for (var x = 1e-6; x < 2; x *= 1.7)
        {
            // x − x²/2 + x³/6 − x⁴/24 is enough for small ones
            var expected = x < 1e-3 ? -x * (1 - (x / 2 * (1 - (x / 3 * (1 - (x / 4)))))) : Math.Exp(-x) - 1;
            Assert.Equal(1, StableMath.ExpMinus1(Vector512.Create(-x))[0] / expected, 1e-12);
            Assert.Equal(1, StableMath.ExpMinus1(Vector512.Create((float)-x))[0] / expected, SingleTolerance);
        }
    }

    [Fact]
    public void The_logarithm_is_that_of_the_framework()
    {
        for (var x = 1e-12; x < 1e12; x *= 1.0137)
        {
            Assert.Equal(Math.Log(x), StableMath.Log(x), DoubleTolerance * Math.Max(1, Math.Abs(Math.Log(x))));
        }
    }
}

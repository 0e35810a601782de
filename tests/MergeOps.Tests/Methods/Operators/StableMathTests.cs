using System.Runtime.Intrinsics;
using MergeOps.Methods.Operators.Cpu;
using Xunit;

namespace MergeOps.Tests.Methods.Operators;

public sealed class StableMathTests
{
    private const double RelativeTolerance = 1e-15;

    [Fact]
    public void The_exponential_is_that_of_the_framework()
    {
        for (var x = -690.0; x < 690; x += 0.37)
        {
            Assert.Equal(1, StableMath.Exp(Vector256.Create(x))[0] / Math.Exp(x), RelativeTolerance);
        }
    }

    [Fact]
    public void The_logarithm_is_that_of_the_framework()
    {
        for (var x = 1e-12; x < 1e12; x *= 1.0137)
        {
            Assert.Equal(Math.Log(x), StableMath.Log(x), RelativeTolerance * Math.Max(1, Math.Abs(Math.Log(x))));
        }
    }
}

using MergeOps.Runtime;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

/// <summary>For tests with tensors: loads libtorch, and frees at the test's end whatever it made.</summary>
public abstract class TensorTests : IDisposable
{
    private readonly DisposeScope scope;

    protected TensorTests()
    {
        TorchRuntime.EnsureLoaded();
        scope = torch.NewDisposeScope();
    }

    private protected const double Float32Tolerance = 1e-6;

    /// <summary>A float32 vector.</summary>
    private protected static torch.Tensor Vector(params float[] values) => torch.tensor(values);

    /// <summary>The same normal numbers for the same seed.</summary>
    private protected static torch.Tensor Normal(ulong seed, params long[] shape)
    {
        using var generator = new torch.Generator(seed);
        return torch.randn(shape, generator: generator);
    }

    private protected static void AssertValues(float[] expected, torch.Tensor actual)
    {
        Assert.Equal(expected.Length, actual.numel());
        Assert.All(expected.Zip(actual.to(torch.float32).view(-1).data<float>().ToArray()), pair =>
            Assert.Equal(pair.First, pair.Second, Float32Tolerance * Math.Max(1, Math.Abs(pair.First))));
    }

    private protected static void AssertEqual(torch.Tensor expected, torch.Tensor actual) =>
        Assert.True(expected.eq(actual).all().item<bool>());

    public void Dispose()
    {
        scope.Dispose();
        GC.SuppressFinalize(this);
    }
}

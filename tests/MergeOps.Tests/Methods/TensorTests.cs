using MergeOps.Merging;
using TorchSharp;

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

    public void Dispose()
    {
        scope.Dispose();
        GC.SuppressFinalize(this);
    }
}

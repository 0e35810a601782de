using MergeOps.Runtime;
using MergeOps.Tests.Runtime;
using Xunit;

[assembly: AssemblyFixture(typeof(LoadedTorch))]

namespace MergeOps.Tests.Runtime;

/// <summary>Lets libtorch be loaded for the tests that compute in this process.</summary>
public sealed class LoadedTorch
{
    public LoadedTorch() => TorchRuntime.StartLoading(TestEnvironment.OfThisProcess);
}

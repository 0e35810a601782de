using System.Collections.Frozen;
using MergeOps.Runtime;
using MergeOps.Tests;
using Xunit;
using Xunit.v3;

[assembly: CollectionBehavior(typeof(Collections))]

namespace MergeOps.Tests;

/// <summary>
/// Which tests run side by side. A class in a folder that computes nothing with libtorch, such as those above
/// <c>Runtime</c> in the order of the house, is a collection of its own, and such collections run in parallel. Every other class
/// belongs to one collection that runs alone, one test after the other: libtorch, the folder in which relative paths start, and
/// the files that a new program inherits for a moment belong to the whole process.
/// </summary>
/// <param name="testAssembly">The tests.</param>
public sealed class Collections(IXunitTestAssembly testAssembly) : TestCollectionFactoryBase(testAssembly)
{
    private static readonly FrozenSet<string> SideBySide = FrozenSet.Create(
        StringComparer.Ordinal,
        "House", "Diagnostics", "Tensors", "Http", "Architectures", "Tokenizers", "Recipes", "HuggingFace", "Sources", "Planning",
        "Evaluation.Gates", "Evaluation.Intervals", "Publishing", "GitHub.Client", "GitHub.Comments", "GitHub.Reports", "TestHub");

    private readonly XunitTestCollection alone = new(testAssembly, typeof(Alone), disableParallelization: true, nameof(Alone));

    /// <inheritdoc/>
    public override string DisplayName => "torch-free classes in parallel";

    /// <summary>Whether a class runs beside others.</summary>
    public static bool RunsBesideOthers(Type testClass) =>
        !testClass.IsDefined(typeof(RunsAloneAttribute), inherit: false)
        && testClass.Namespace![(nameof(MergeOps).Length + nameof(Tests).Length + 1)..].Trim('.').Split('.') is [var folder, .. var below]
        && (SideBySide.Contains(folder) || (below is [var first, ..] && SideBySide.Contains($"{folder}.{first}")));

    /// <inheritdoc/>
    protected override IXunitTestCollection GetDefaultTestCollection(Type testClass) =>
        RunsBesideOthers(testClass) ? new XunitTestCollection(TestAssembly, collectionDefinition: null, disableParallelization: false, testClass.FullName!) : alone;
}

/// <summary>The collection of the tests that run alone; libtorch loads while the first of them begins.</summary>
public sealed class Alone : ICollectionFixture<LoadedTorch>;

/// <summary>Lets libtorch be loaded for the tests that compute in this process.</summary>
public sealed class LoadedTorch
{
    public LoadedTorch() => TorchRuntime.StartLoading(TestEnvironment.OfThisProcess);
}

/// <summary>Keeps a class from running beside others although its folder does.</summary>
/// <param name="why">What belongs to the whole process, or needs its whole time.</param>
[AttributeUsage(AttributeTargets.Class)]
internal sealed class RunsAloneAttribute(string why) : Attribute
{
    /// <summary>What belongs to the whole process, or needs its whole time.</summary>
    public string Why { get; } = why;
}

using System.Collections.Immutable;
using MergeOps.Methods.Contract;
using MergeOps.Planning;

namespace MergeOps.Analysis;

/// <summary>One output tensor of a recipe and the vectors that are compared for it.</summary>
/// <param name="Job">What is read: the base where there is one, and every model. Its method makes the merged tensor where <paramref name="Merged"/> says so.</param>
/// <param name="Inputs">For each vector, in the order of <see cref="AnalysisPlan.Models"/>, which of the job's inputs it is taken from.</param>
/// <param name="Merged">Where the merged tensor comes from.</param>
internal sealed record AnalyzedTensor(TensorJob Job, ImmutableArray<int> Inputs, MergedSource Merged)
{
    /// <summary>The number of its layer; null outside the layers.</summary>
    public int? Layer { get; init; }

    /// <summary>The share of an input's entries that the recipe's method keeps of its task vector; null where the method keeps all.</summary>
    /// <param name="input">The input's index.</param>
    public double? DensityOf(int input) =>
        Job.Inputs[input].Parameters.Values.FirstOrDefault(value => value.Parameter.Name == Density && value.Parameter.Kind is ParameterKind.Number)?.Value.Number;

    /// <summary>The parameter of sparsifying methods.</summary>
    public const string Density = "density";

    /// <summary>The role, in a word: see <see cref="Architectures.ModuleRoles"/>.</summary>
    public required string Role { get; init; }
}

/// <summary>Where a merged tensor comes from.</summary>
/// <param name="Kind">By arithmetic, or as one of the inputs.</param>
/// <param name="Vector">The vector that it equals; -1 where it equals the base.</param>
internal readonly record struct MergedSource(MergedKind Kind, int Vector = -1);

/// <summary>How a merged tensor is made.</summary>
internal enum MergedKind
{
    /// <summary>The job's method makes it.</summary>
    ByMethod,

    /// <summary>It equals a vector, or the base.</summary>
    AsInput,
}

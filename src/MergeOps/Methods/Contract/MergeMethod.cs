using System.Collections.Immutable;

namespace MergeOps.Methods.Contract;

/// <summary>What a method does with <c>base_model</c>.</summary>
public enum BaseModelRule
{
    /// <summary>Not used: a base that is not among the models donates config and tokenizer only.</summary>
    Unused,

    /// <summary>Used when the recipe names one; it is then no ordinary model.</summary>
    Optional,

    /// <summary>The recipe must name one; it is no ordinary model, whether listed among the models or not.</summary>
    Required,
}

/// <summary>What happens when 2-D embedding-like tensors have different numbers of rows.</summary>
public enum RowMismatch
{
    /// <summary>A diagnostic at plan time.</summary>
    Refuse,

    /// <summary>The common top-left part of all.</summary>
    CommonRows,

    /// <summary>Each model is cut to the base's shape; a diagnostic when the base is the larger one.</summary>
    CutToBase,
}

/// <summary>The pieces in which a method wants its tensors.</summary>
public enum TileLayout
{
    /// <summary>Flat runs of elements, shape [n]; for elementwise work.</summary>
    Elements,

    /// <summary>Whole rows (all of the last axis), shape [rows, length]; a 1-D tensor is one row.</summary>
    Rows,

    /// <summary>The tensor as a whole in its own shape; for spectral and closed-form methods.</summary>
    Whole,
}

/// <summary>
/// A merge method: its declarations and its arithmetic. One file in <c>Methods/</c>, with its page beside it, found by
/// the catalogue. It never sees files, devices, threads or whole checkpoints.
/// </summary>
public abstract class MergeMethod
{
    /// <summary>The value of <c>merge_method</c>.</summary>
    public abstract string Name { get; }

    /// <summary>The name in prose.</summary>
    public abstract string Title { get; }

    /// <summary>One line for people, ending without a full stop.</summary>
    public abstract string Summary { get; }

    /// <summary>Changes whenever a code change alters a number; part of every job digest.</summary>
    public abstract int Version { get; }

    /// <summary>The paper or page that defines it, or null.</summary>
    public abstract Uri? Reference { get; }

    /// <summary>What it does with <c>base_model</c>.</summary>
    public abstract BaseModelRule BaseModel { get; }

    /// <summary>The smallest number of models, the base not counted (unless <see cref="BaseModelRule.Unused"/>).</summary>
    public abstract int MinModels { get; }

    /// <summary>The largest number of models, the base not counted (unless <see cref="BaseModelRule.Unused"/>).</summary>
    public virtual int MaxModels => int.MaxValue;

    /// <summary>Its parameters, in the order in which its page shows them.</summary>
    public virtual ImmutableArray<ParameterDeclaration> Parameters => [];

    /// <summary>What happens with embedding-like tensors of different sizes.</summary>
    public virtual RowMismatch RowMismatch => RowMismatch.Refuse;

    /// <summary>Whether it gives the tensors of its only model as they are where a recipe sets no parameter, so that advice can name it.</summary>
    public virtual bool KeepsItsModel => false;

    /// <summary>Whether the order of the models changes the result.</summary>
    public virtual bool OrderMatters => false;

    /// <summary>Whether the models are checkpoints of one training run whose weights assume equal distances between them.</summary>
    public virtual bool AssumesEqualDistances => false;

    /// <summary>Whether every device of a numeric class rounds it in the same way; false where an elementary function (exp) decides what is kept.</summary>
    internal virtual bool RoundsAlikeEverywhere => true;

    /// <summary>Whether the result minus the base depends on the models minus the base alone, so that it can be computed from these without the base.</summary>
    internal virtual bool MergesTaskVectors => false;

    /// <summary>What it merges by in addition to the weights, measured for each model on data; null when by the weights alone.</summary>
    public virtual StatisticKind? ModelStatistic => null;

    /// <summary>What it merges by from the base, where a recipe names it; null when nothing.</summary>
    public virtual StatisticKind? BaseStatistic => null;

    /// <summary>Whether it merges by nothing without the base's statistic, which must then be there.</summary>
    internal virtual bool NeedsBaseStatistic => false;

    /// <summary>Of a method whose statistics are measured in the merge of all models together: the merge before they are there; null for others.</summary>
    internal virtual MergeMethod? BeforeMeasuring => null;

    /// <summary>All that is needed of the base.</summary>
    internal virtual ImmutableArray<StatisticKind> BaseStatistics => BaseStatistic is { } kind ? [kind] : [];

    /// <summary>The tiles that it wants of a tensor with or without statistics.</summary>
    internal virtual TileLayout LayoutFor(ResolvedParameters parameters, bool hasStatistics) => LayoutFor(parameters);

    /// <summary>How much longer a processor works on the bytes of its inputs and its output than <c>linear</c> does, as the times from the page cache on the page about speed show it; estimates of time go by it.</summary>
    internal virtual double RelativeCost => 1;

    /// <summary>Tiles that it needs beside its inputs, its output and the usual scratch.</summary>
    internal virtual int MoreTiles => 0;

    /// <summary>Whether it decomposes matrices by LAPACK, whose results are the same on machines of a numeric class of their own.</summary>
    public virtual bool DecomposesMatrices => false;

    /// <summary>About how many floating-point operations the decompositions of one tensor take; 0 where nothing is decomposed.</summary>
    /// <param name="parameters">The method's parameters for the tensor.</param>
    /// <param name="shape">The tensor's shape.</param>
    /// <param name="models">How many models have it, the base not counted.</param>
    internal virtual double DecompositionWork(ResolvedParameters parameters, ImmutableArray<long> shape, int models) => 0;

    /// <summary>The bytes that it holds for one tensor in addition to the tiles: what needs a whole tensor at once.</summary>
    /// <param name="parameters">The method's parameters for the tensor.</param>
    /// <param name="shape">The tensor's shape.</param>
    /// <param name="models">How many models have it, the base not counted.</param>
    /// <param name="elementSize">Bytes of an element of the tiles: 4 or 8.</param>
    /// <param name="hasStatistics">Whether the tensor has statistics by which it is merged.</param>
    public virtual long HeldBytes(ResolvedParameters parameters, ImmutableArray<long> shape, int models, int elementSize, bool hasStatistics) => 0;

    /// <summary>How often it passes over all tensors before it merges one of them; 0 where each tensor stands alone.</summary>
    /// <param name="parameters">The method's parameters for the tensor.</param>
    /// <param name="models">Each model's parameters, in the recipe's order.</param>
    /// <param name="isDouble">Whether a tensor is merged in float64.</param>
    internal virtual int ModelPasses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models, bool isDouble) => 0;

    /// <summary>Begins these passes.</summary>
    /// <param name="isDouble">Whether a tensor is merged in float64.</param>
    internal virtual ModelScan StartModelScan(bool isDouble) => throw new NotSupportedException($"{Name} merges each tensor by itself");

    /// <summary>The tiles that it wants for these parameters.</summary>
    public virtual TileLayout LayoutFor(ResolvedParameters parameters) => TileLayout.Elements;

    /// <summary>
    /// The input that the result equals by definition for these parameters (such as slerp at t = 0), so that the plan
    /// copies it without arithmetic; null when there is none.
    /// </summary>
    /// <param name="parameters">The method's parameters for the tensor.</param>
    /// <param name="models">Each model's parameters, in the recipe's order.</param>
    /// <returns>-1 for the base, an index into <paramref name="models"/>, or null.</returns>
    public virtual int? EqualsInput(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => null;

    /// <summary>The share of each model in the result, where the method finds it by itself and a person may want to see it; empty otherwise.</summary>
    /// <param name="parameters">The method's parameters for the tensor; <see cref="Refuses"/> did not object to them.</param>
    /// <param name="models">Each model's parameters, in the recipe's order.</param>
    public virtual ImmutableArray<double> SharesOf(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => [];

    /// <summary>Parameters that change nothing of what <see cref="ITensorInputs.HoldKnown"/> makes.</summary>
    internal virtual ImmutableArray<ParameterDeclaration> LateParameters => [];

    /// <summary>Whether the result can be the base plus task vectors, each times a number that is linear in the parameters.</summary>
    internal virtual bool IsLinear => false;

    /// <summary>What each model's task vector is multiplied by where the result is the base plus their sum; null where it is not, or the parameters divide each other.</summary>
    /// <param name="parameters">The method's parameters for the tensor.</param>
    /// <param name="models">Each model's parameters, in the recipe's order.</param>
    internal virtual ImmutableArray<double>? LinearShares(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => null;

    /// <summary>Mistakes in the combination of resolved values that no single range can express (weights that sum to 0); null when fine.</summary>
    public virtual string? Refuses(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => null;

    /// <summary>
    /// What these values do that is allowed but seldom intended (weights that nearly cancel under a normalization), with what
    /// to write instead, as one or more sentences; null when nothing. Becomes a warning.
    /// </summary>
    public virtual string? Doubts(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => null;

    /// <summary>
    /// That this method is a simpler one with these values (DARE that drops nothing), with what to write instead, as one or more
    /// sentences; null while it is itself. Becomes a warning.
    /// </summary>
    public virtual string? Becomes(ResolvedParameters parameters, ImmutableArray<ResolvedParameters> models) => null;

    /// <summary>
    /// Looks at the inputs as often as it needs (each scan reads them once) and returns the function that makes the
    /// output tile by tile. Called once for each tensor.
    /// </summary>
    public abstract TileFunction Prepare(ITensorInputs inputs);

    /// <summary>
    /// The functions for several settings of the parameters on the same inputs, which are called for each tile one after the
    /// other: each leaves the tile as the next one wants it, so that what depends on no setting is done once. Null where each
    /// must find the inputs as they were read.
    /// </summary>
    internal virtual IReadOnlyList<TileFunction>? PrepareTogether(IReadOnlyList<ITensorInputs> settings) => null;
}

using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Tensors;

namespace MergeOps.Recipes.Explaining;

/// <summary>Where elements come from: a stored tensor, or what is done to others.</summary>
/// <param name="Operation">What is done, in one word; <c>stored</c> where nothing is.</param>
/// <param name="DType">The number type of the result.</param>
/// <param name="Shape">The shape of the result.</param>
internal sealed record ExplainedElements(string Operation, DType DType, ImmutableArray<long> Shape)
{
    /// <summary>A stored tensor's model or adapter, as the recipe calls it; null where something is done.</summary>
    public string? Model { get; init; }

    /// <summary>A stored tensor's name in its file; null where something is done.</summary>
    public string? Tensor { get; init; }

    /// <summary>How it is done, in the order in which it is read.</summary>
    public JsonObject Settings { get; init; } = [];

    /// <summary>What it is done to.</summary>
    public ImmutableArray<ExplainedPart> Parts { get; init; } = [];
}

/// <summary>What something is done to.</summary>
/// <param name="Role">What it is for there; null where all parts are alike.</param>
/// <param name="Elements">Where its elements come from.</param>
internal sealed record ExplainedPart(string? Role, ExplainedElements Elements);

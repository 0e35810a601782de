using System.Collections.Immutable;
using MergeOps.Diagnostics;

namespace MergeOps.Architectures;

/// <summary>What a recipe says of its checkpoints where the rules cannot know it.</summary>
/// <param name="Tensors">Statements on tensors.</param>
/// <param name="Layers">What stands before the number of a layer; where given, no other number in a name counts layers.</param>
/// <param name="Names">How models name tensors that other models name otherwise.</param>
internal sealed record ArchitectureOverrides(
    ImmutableArray<TensorOverride> Tensors, ImmutableArray<Located<NamePattern>> Layers, ImmutableArray<NameOverride> Names)
{
    /// <summary>Nothing.</summary>
    public static ArchitectureOverrides None { get; } = new([], [], []);
}

/// <summary>A statement on tensors; what it leaves out is told by rule.</summary>
/// <param name="Tensor">Which ones.</param>
/// <param name="Role">What they are for.</param>
/// <param name="CopyOf">The tensor that they repeat, wherever a model stores both.</param>
/// <param name="IsBeforeLayers">Whether they work before the layers, so that the first slice gives them; else the last one does.</param>
internal sealed record TensorOverride(Located<NamePattern> Tensor, TensorRole? Role, Located<NamePattern>? CopyOf, bool? IsBeforeLayers);

/// <summary>Names of a model that begin otherwise than those of the model that shapes the output.</summary>
/// <param name="Model">The model, as recipes write it.</param>
/// <param name="From">How its names begin; whole parts.</param>
/// <param name="To">How the names begin that the output has for them; several where it stores apart, one below the other, what the model stores as one tensor.</param>
internal sealed record NameOverride(Located<string> Model, Located<NamePattern> From, ImmutableArray<NamePattern> To)
{
    /// <summary>A name of the model as the output has it; empty when it does not begin so.</summary>
    public ImmutableArray<string> Rename(string name) => [.. To.Select(begin => From.Value.Replace(name, begin)).OfType<string>()];
}

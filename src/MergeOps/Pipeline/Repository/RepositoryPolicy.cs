using System.Collections.Immutable;

namespace MergeOps.Pipeline.Repository;

/// <summary>What the owners of a repository allow in its recipes; a list that is null allows everything.</summary>
internal sealed record RepositoryPolicy
{
    /// <summary>A policy that allows everything.</summary>
    public static RepositoryPolicy None { get; } = new();

    /// <summary>Licenses of the models, by the Hub's identifiers or, of other licenses, their own names.</summary>
    public ImmutableArray<string>? Licenses { get; init; }

    /// <summary>Owners of the models on the Hub.</summary>
    public ImmutableArray<string>? Organizations { get; init; }

    /// <summary>Formats of weight files: <c>safetensors</c>, <c>pytorch</c>.</summary>
    public ImmutableArray<string>? Formats { get; init; }

    /// <summary>Merge methods by name.</summary>
    public ImmutableArray<string>? Methods { get; init; }

    /// <summary>The largest output in bytes of its tensors; null for any.</summary>
    public long? MaxSize { get; init; }

    /// <summary>Whose signatures the models must have; null where none are asked for.</summary>
    public SignedPolicy? Signed { get; init; }

    /// <summary>The command that judges each plan; null for none.</summary>
    public OwnerCommand? Command { get; init; }
}

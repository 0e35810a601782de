using System.Collections.Immutable;

namespace MergeOps.Hub;

/// <summary>One file by its content.</summary>
/// <param name="Path">Relative to the model's folder, with forward slashes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Digest">What its bytes are.</param>
internal sealed record LockedFile(string Path, long Size, BlobDigest Digest);

/// <summary>One model with every file that the merge uses, in ordinal order of the paths.</summary>
/// <param name="Model">The model as the recipe writes it.</param>
/// <param name="Files">The files.</param>
internal sealed record LockedModel(string Model, ImmutableArray<LockedFile> Files)
{
    /// <summary>The commit of a model on the Hub, 40 hex digits; null for a local model.</summary>
    public string? Commit { get; init; }

    /// <summary>The SHA-256 of the facts file that plans read instead of the model; null for a local model.</summary>
    public string? Facts { get; init; }

    /// <summary>Who may download it, as the Hub says: <c>auto</c> or <c>manual</c>; null when everybody may, and for a local model.</summary>
    public string? Gated { get; init; }
}

/// <summary>What a recipe's models are, down to the byte; lies beside the recipe as <c>NAME.lock.yml</c>.</summary>
internal sealed record ModelLock(ImmutableArray<LockedModel> Models)
{
    /// <summary>A lock of nothing.</summary>
    public static ModelLock Empty { get; } = new([]);

    /// <summary>The lock's path for a recipe's path.</summary>
    public static string PathFor(string recipePath) => Path.ChangeExtension(recipePath, ".lock.yml");

    /// <summary>The files of a model, or null when it is not locked.</summary>
    public LockedModel? Find(string model) => Models.FirstOrDefault(locked => locked.Model == model);
}

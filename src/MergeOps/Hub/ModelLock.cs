using System.Collections.Immutable;

namespace MergeOps.Hub;

/// <summary>One file by its content.</summary>
/// <param name="Path">Relative to the model's folder, with forward slashes.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Sha256">Lower-case hex.</param>
internal sealed record LockedFile(string Path, long Size, string Sha256);

/// <summary>One model with every file that the merge uses, in ordinal order of the paths.</summary>
/// <param name="Model">The model as the recipe writes it.</param>
/// <param name="Files">The files.</param>
internal sealed record LockedModel(string Model, ImmutableArray<LockedFile> Files);

/// <summary>What a recipe's models are, down to the byte; lies beside the recipe as <c>NAME.lock.yml</c>.</summary>
internal sealed record ModelLock(ImmutableArray<LockedModel> Models)
{
    /// <summary>The lock's path for a recipe's path.</summary>
    public static string PathFor(string recipePath) => Path.ChangeExtension(recipePath, ".lock.yml");

    /// <summary>The files of a model, or null when it is not locked.</summary>
    public LockedModel? Find(string model) => Models.FirstOrDefault(locked => locked.Model == model);
}

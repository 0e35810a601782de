using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>Which files on this machine an output was made from, where no lock says what they hold.</summary>
internal static class UnlockedInputs
{
    /// <summary>SHA-256 over the path and identity of each weight file of the models without a lock; null when all are locked.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="identityOf">The identity of a model's file.</param>
    public static string? DigestOf(MergePlan plan, Func<int, string, FileIdentity?> identityOf)
    {
        var lines = plan.FilesRead
            .Where(file => !plan.Owners[file.Model].IsLocked)
            .Select(file => (Path: PathOf(plan, file.Model, file.File), Identity: identityOf(file.Model, file.File)))
            .Select(file => $"{file.Path} {file.Identity}\n")
            .Order(StringComparer.Ordinal)
            .ToList();
        return lines.Count == 0 ? null : TextDigest.Of(string.Concat(lines));
    }

    /// <summary>The same for the files as they are now; a file that is gone makes it differ.</summary>
    public static string? Now(MergePlan plan) => DigestOf(
        plan, (model, file) => PathOf(plan, model, file) is var path && File.Exists(path) ? FileIdentity.Of(path) : null);

    private static string PathOf(MergePlan plan, int model, string file)
    {
        var path = Path.Combine(plan.Owners[model].Checkpoint.Folder, file);
        return RealPath.Of(path) ?? path;
    }
}

using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <content>Merging.</content>
public static partial class MergeOpsAliases
{
    /// <summary>Merges the models of a recipe into a folder; resumes what was interrupted, and does nothing if it is already done.</summary>
    /// <param name="context">The context.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="output">The folder of the merged model; it appears complete or not at all.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The merged model.</returns>
    /// <exception cref="CakeException">The recipe or an input is wrong, or the disk, a device or a native library failed.</exception>
    /// <example>
    /// <code>
    /// foreach (var recipe in GetFiles("recipes/*.yml", new GlobberSettings { FilePredicate = file => !file.Path.FullPath.EndsWith(".lock.yml") }))
    /// {
    ///     var model = MergeOpsMerge(recipe, $"out/{recipe.GetFilenameWithoutExtension()}", new MergeOpsMergeSettings { Replace = true });
    ///     Information("model {0}", model.ModelDigest);
    /// }
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Merge")]
    [CakeNamespaceImport("Cake.MergeOps")]
    public static MergeOpsModel? MergeOpsMerge(
        this ICakeContext context, FilePath recipe, DirectoryPath output, MergeOpsMergeSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new MergeOpsMergeRunner(context).Merge(recipe, output, settings ?? new());
    }
}

using Cake.Core;
using Cake.Core.Annotations;
using Cake.Core.IO;

namespace Cake.MergeOps;

/// <content>Publishing.</content>
public static partial class MergeOpsAliases
{
    /// <summary>Publishes a merged model under a version, if it is what the recipe makes and meets the recipe's gates.</summary>
    /// <param name="context">The context.</param>
    /// <param name="recipe">The recipe.</param>
    /// <param name="model">The merged model.</param>
    /// <param name="settings">The settings.</param>
    /// <returns>The version and its place.</returns>
    /// <exception cref="CakeException">A gate is not met, the version is taken with other content, or an input is wrong.</exception>
    /// <example>
    /// <code>
    /// var publication = MergeOpsPublish("recipes/quickstart.yml", "out/quickstart");
    /// Information("version {0} in {1}", publication.Version, publication.Place);
    /// </code>
    /// </example>
    [CakeMethodAlias]
    [CakeAliasCategory("Publish")]
    [CakeNamespaceImport("Cake.MergeOps")]
    public static MergeOpsPublication? MergeOpsPublish(
        this ICakeContext context, FilePath recipe, DirectoryPath model, MergeOpsPublishSettings? settings = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new MergeOpsPublishRunner(context).Publish(recipe, model, settings ?? new());
    }
}

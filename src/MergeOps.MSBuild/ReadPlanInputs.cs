using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Runtime.Serialization.Json;
using System.Xml;
using System.Xml.Linq;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace MergeOps.MSBuild;

/// <summary>
/// Lists the files that each recipe's last plan depends on, an item for each, so that MSBuild can compare their times with
/// the merged model's. For a recipe without a plan, only the recipe itself is known.
/// </summary>
public sealed class ReadPlanInputs : Task
{
    private static readonly string[] Beside = { ".lock.yml", ".chosen.yml" };

    /// <summary>Gets or sets the recipes, with the metadata <c>PlanFile</c>, <c>ModelFolder</c> and <c>Manifest</c>.</summary>
    [Required]
    public ITaskItem[] Recipes { get; set; } = Array.Empty<ITaskItem>();

    /// <summary>Gets the files, each with the metadata of its recipe, and the recipe as <c>Recipe</c>.</summary>
    [Output]
    public ITaskItem[] Inputs { get; private set; } = Array.Empty<ITaskItem>();

    /// <inheritdoc/>
    public override bool Execute()
    {
        Inputs = Recipes.SelectMany(Of).ToArray();
        return true;
    }

    private static IEnumerable<ITaskItem> Of(ITaskItem recipe)
    {
        var folder = Path.GetDirectoryName(recipe.GetMetadata("FullPath"))!;
        var file = FileOf(recipe.ItemSpec);
        var beside = Beside.Select(extension => Path.ChangeExtension(file, extension)).Where(File.Exists);
        var named = Named(recipe.GetMetadata("PlanFile")).Select(input => Path.GetFullPath(Path.Combine(folder, input)));
        // a lock or chosen numbers that were written since the plan was made are news too
        return named.Concat(new[] { file }).Concat(beside)
            .Distinct(StringComparer.Ordinal)
            .Select(input => Item(input, recipe));
    }

    // the variants of a recipe are named FILE#VARIANT
    private static string FileOf(string recipe) =>
        !File.Exists(recipe) && recipe.LastIndexOf('#') is > 0 and var mark ? recipe.Substring(0, mark) : recipe;

    private static TaskItem Item(string input, ITaskItem recipe)
    {
        var item = new TaskItem(input);
        recipe.CopyMetadataTo(item);
        item.SetMetadata("Recipe", recipe.ItemSpec);
        return item;
    }

    private static IEnumerable<string> Named(string planFile)
    {
        if (!File.Exists(planFile))
        {
            return Enumerable.Empty<string>();
        }

        using var stream = File.OpenRead(planFile);
        using var json = JsonReaderWriterFactory.CreateJsonReader(stream, XmlDictionaryReaderQuotas.Max);
        return XElement.Load(json).Element("inputs")?.Elements().Select(input => input.Value).ToArray() ?? Enumerable.Empty<string>();
    }
}

using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Reading;
using MergeOps.Recipes.Yaml;

namespace MergeOps.Recipes.Composition;

/// <summary>
/// A path starts at the folder of the file in which it stands. Here those of inherited keys, which the keys' declarations tell,
/// are written as from the recipe's own folder.
/// </summary>
/// <param name="context">The recipe's own file.</param>
internal sealed class RelocatedPaths(ReadingContext context)
{
    /// <summary>A recipe's tree with every path as from the recipe's folder.</summary>
    public YamlMapping In(YamlMapping root) => In(root, context.Complete(RecipeKeys.Top));

    private YamlMapping In(YamlMapping mapping, BlockDeclaration block)
    {
        var keys = context.Complete(block).Keys.ToDictionary(key => key.Name, StringComparer.Ordinal);
        return mapping with
        {
            Entries = [.. mapping.Entries.Select(entry => keys.TryGetValue(entry.Key.Text, out var key) ? entry with { Value = In(entry.Value, ShapeOf(block, key)) } : entry)],
        };
    }

    private static ValueShape ShapeOf(BlockDeclaration block, KeyDeclaration key) =>
        block == RecipeKeys.ModelPath && key == RecipeKeys.ModelPath.Keys[0] ? new ModelShape() : key.Value;

    private YamlNode In(YamlNode node, ValueShape shape) => (shape, node) switch
    {
        (PathShape, YamlScalar path) => Moved(path, FolderOf(path) is { } folder ? FromHere(path.Text, folder) : null),
        (PathOrPathsShape, YamlSequence list) => list with { Items = [.. list.Items.Select(each => In(each, new PathShape()))] },
        (PathOrPathsShape, YamlScalar) => In(node, new PathShape()),
        (ModelShape or ModelOrBlockShape or BlockShape { Block.Name: "modelPath" }, YamlScalar model) => Moved(model, FolderOf(model) is { } folder ? Model(model.Text, folder) : null),
        (ModelShape, YamlMapping model) => In(model, RecipeKeys.LongModel),
        (ModelsShape, YamlSequence list) => list with { Items = [.. list.Items.Select(each => In(each, new ModelShape()))] },
        (BlockShape { Block: var block }, YamlMapping mapping) => In(mapping, block),
        (ModelOrBlockShape { Block: var block }, YamlMapping mapping) => In(mapping, mapping.Entries.Any(entry => entry.Key.Text == block.Keys[0].Name) ? block : RecipeKeys.LongModel),
        (ListOrBlockShape { Block: var block }, YamlMapping mapping) => In(mapping, block),
        (ListOrBlockShape { Item: var item }, YamlSequence list) => list with { Items = [.. list.Items.Select(each => In(each, new BlockShape(item)))] },
        (ListShape { Item: var item }, YamlSequence list) => list with { Items = [.. list.Items.Select(each => In(each, new BlockShape(item)))] },
        (MapShape { Item: var item }, YamlMapping map) => map with { Entries = [.. map.Entries.Select(entry => entry with { Value = In(entry.Value, new BlockShape(item)) })] },
        _ => node,
    };

    // null for what stands in the recipe's own folder
    private string? FolderOf(YamlNode node) =>
        node.Source is { } source && Path.GetDirectoryName(Path.GetFullPath(source.Path)) is { } folder && folder != context.Folder ? folder : null;

    private static YamlScalar Moved(YamlScalar scalar, string? path) => path is null ? scalar : scalar with { Text = path };

    private string? FromHere(string path, string folder) =>
        path.Length == 0 || path.Any(char.IsControl) || Path.IsPathRooted(path) || ModelLocation.IsNetworkPath(path) || path.Contains("://", StringComparison.Ordinal)
            ? null
            : ModelLocation.Spelling(Path.GetFullPath(path, folder), context.Folder);

    private string? Model(string text, string folder) =>
        text.Any(char.IsControl) ? null : string.Join('+', text.Split('+').Select(part =>
        {
            var at = part.IndexOf('@', StringComparison.Ordinal) is >= 0 and var found ? found : part.Length;
            var path = part[..at];
            return path.Length > 0 && (ModelLocation.IsExplicitPath(path) || ModelLocation.FindLocal(path, folder) is not null) && FromHere(path, folder) is { } moved ? moved + part[at..] : part;
        }));
}

using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Architectures;

/// <summary>
/// Reads the weights of what a recipe names as a model, and refuses what is none though it has tensors: adapters, single
/// shards, pipelines. Whoever only looks at a file uses <see cref="CheckpointReader"/>.
/// </summary>
internal static class ModelWeights
{
    /// <summary>Reads the headers of a model on this machine.</summary>
    /// <param name="path">A folder, or one safetensors file.</param>
    /// <param name="name">The path as somebody wrote it.</param>
    /// <param name="findings">Takes the warnings.</param>
    /// <param name="pool">Has the names and shapes that other models have; null for none.</param>
    /// <exception cref="MergeOpsException">It is no model, cannot be read, or breaks a rule of the format.</exception>
    public static Checkpoint Open(string path, string name, DiagnosticBag findings, HeaderPool? pool = null)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        string? TextOf(string file) => LocalFolder.TextOf(folder, file, DescriptionFiles.LargestFile);
        ImmutableArray<string> folders = [ComponentName.Own];
        if (Directory.Exists(path))
        {
            var paths = LocalFolder.PathsIn(path);
            Require(paths, TextOf, ModelAddress.Local(name));
            folders = Components.FoldersWithWeights(paths, TextOf);
            foreach (var component in folders.Add(ComponentName.Own).Distinct(StringComparer.Ordinal))
            {
                ModelEntries.Require(path, component);
            }
        }
        else
        {
            ModelEntries.RequireSettings(folder);
            RequireWhole(path, folder, name);
        }

        var checkpoint = CheckpointReader.Open(path, folders, findings, name, pool);
        RequireNoAdapter(checkpoint, TextOf, name);
        return checkpoint;
    }

    /// <summary>Refuses files that are no model, by their names.</summary>
    /// <param name="paths">The files of a folder or repository.</param>
    /// <param name="textOf">Gives the text of one of <see cref="DescriptionFiles"/>, or null.</param>
    /// <param name="address">What a person writes to name the model.</param>
    /// <exception cref="MergeOpsException">They are none.</exception>
    public static void Require(IReadOnlyCollection<string> paths, Func<string, string?> textOf, ModelAddress address)
    {
        if (Adapters.AreAdapter(paths))
        {
            throw new MergeOpsException(Codes.AdapterRefused, Adapters.ObjectionToFiles(address.Name, textOf(Adapters.SettingsFile)));
        }

        if (SubModules.WithoutWeights(paths, textOf) is [var (module, kind), ..])
        {
            throw new MergeOpsException(
                Codes.ComponentMissing,
                $"{DescriptionFiles.Modules} of {TerminalText.Quoted(address.Name)} names {TerminalText.Quoted(module)}, a module {TerminalText.Quoted(kind)}, and there is no {TerminalText.Quoted($"{module}/{ModelFileNames.Weights}")}. Use a copy or revision that has all of its files.");
        }

        if (CheckpointLayout.Of(paths) is not (null or { IsOnlyFile: true }))
        {
            return;
        }

        var parts = UnclearLayout.PartsOf(paths);
        if (paths.Contains(ModelFileNames.Pipeline))
        {
            RequirePipeline(paths, textOf, address);
        }
        else if (CheckpointLayout.Of(paths) is null && parts.All(part => Adapters.AreAdapter(ComponentName.FilesIn(part, paths))) && parts is [var first, ..])
        {
            throw new MergeOpsException(Codes.AdapterRefused, Adapters.ObjectionToFiles($"{address.Name}/{first}", textOf($"{first}/{Adapters.SettingsFile}")));
        }
    }

    /// <summary>Refuses tensors of an adapter.</summary>
    /// <param name="checkpoint">The tensors.</param>
    /// <param name="textOf">Gives the text of one of <see cref="DescriptionFiles"/>, or null.</param>
    /// <param name="name">What a person writes to name the model.</param>
    /// <exception cref="MergeOpsException">There are some.</exception>
    public static void RequireNoAdapter(Checkpoint checkpoint, Func<string, string?> textOf, string name)
    {
        if (Adapters.Objection([.. checkpoint.Tensors.Keys], name, textOf(Adapters.SettingsFile)) is { } objection)
        {
            throw new MergeOpsException(Codes.AdapterRefused, objection);
        }
    }

    private static void RequirePipeline(IReadOnlyCollection<string> paths, Func<string, string?> textOf, ModelAddress address)
    {
        if (Pipelines.Absent(paths, textOf) is [var absent, ..] && !Pipelines.WithWeights(paths, textOf).IsEmpty)
        {
            throw new MergeOpsException(
                Codes.ComponentMissing,
                $"{ModelFileNames.Pipeline} of {TerminalText.Quoted(address.Name)} names {TerminalText.Quoted(absent)}, and there is no such folder in it. Use a copy or revision that has all of its files.");
        }

        if (Pipelines.WithoutWeights(paths, textOf) is [_, ..] without)
        {
            throw new MergeOpsException(
                Codes.PipelineRefused,
                $"{TerminalText.Quoted(address.Name)} is a pipeline of diffusers, and {NameList.Of(without)} in it {(without.Length == 1 ? "has" : "have")} no weights that can be read. Use a revision that has all of them in safetensors.");
        }

        if (Pipelines.WithWeights(paths, textOf).IsEmpty)
        {
            ImmutableArray<string> models = [.. UnclearLayout.PartsOf(paths), .. CheckpointLayout.LooseIn(paths.Where(path => !path.Contains('/')))];
            throw new MergeOpsException(
                Codes.PipelineRefused,
                $"{TerminalText.Quoted(address.Name)} is a pipeline of diffusers whose {ModelFileNames.Pipeline} names no part with weights. {(models.IsEmpty ? "Use a revision that has them in safetensors." : address.Naming(models))}");
        }
    }

    private static void RequireWhole(string path, string folder, string name)
    {
        var file = Path.GetFileName(path);
        var of = ShardNumber.In(file) is { } shard ? $"one of {shard.Count} shards"
            : ShardNumber.IsSliceForDevice(file) ? "a slice of every tensor, for devices that work in parallel"
            : IndexThatLists(file, folder) is { } index ? $"one of the {index.Shards} shards that {index.Name} lists"
            : null;
        if (of is not null)
        {
            throw new MergeOpsException(
                Codes.LoneShard,
                $"{TerminalText.Quoted(name)} is {of}; the rest of the model would be lost. Write the folder that holds all of them, {TerminalText.Quoted(FolderOf(name))}.");
        }
    }

    private static (string Name, int Shards)? IndexThatLists(string file, string folder)
    {
        foreach (var index in CheckpointLayout.IndexesIn([.. Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))]))
        {
            if (ShardIndexText.Read(new ModelFolder(folder).Locate(index)).Shards is [_, _, ..] shards && shards.Contains(file))
            {
                return (index, shards.Length);
            }
        }

        return null;
    }

    private static string FolderOf(string name) => name.LastIndexOf('/') is > 0 and var slash ? name[..slash] : ".";
}

using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json.Nodes;
using MergeOps.Calibration.Data;
using MergeOps.Calibration.Walks;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Runtime;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;

namespace MergeOps.Calibration;

/// <summary>One statistic of one model on data.</summary>
/// <param name="Kind">What is measured.</param>
/// <param name="Model">The model as the recipe writes it.</param>
/// <param name="ModelDigest">The digest of its weights.</param>
/// <param name="TokenizerDigest">The digest of the files that make tokens.</param>
/// <param name="Data">The data.</param>
internal sealed record Measurement(StatisticKind Kind, string Model, string ModelDigest, string? TokenizerDigest, CalibrationData Data)
{
    /// <summary>Raised by hand whenever the same model and data would give other numbers than before.</summary>
    private const int Version = 1;

    private const int PieceBytes = 1 << 20;

    /// <summary>What the file says of itself, as far as it is known before anything is measured.</summary>
    public StatisticsDescription Description => new(Kind, Model, ModelDigest)
    {
        Variant = Kind is StatisticKind.Fisher ? MeasuredModel.VariantOf(Data) : Data.Gates is { } gates ? gates.IsMean ? "mean" : "last" : null,
        DataDigest = Data.Digest,
        TokenizerDigest = TokenizerDigest,
        Seed = Data.Settings.Seed,
        Tool = FormattableString.Invariant($"mergeops measure {Version}"),
    };

    /// <summary>Stands for all that decides the numbers: what an interrupted measurement left is of use for this one only.</summary>
    public string Key => CanonicalJson.Digest(new JsonObject
    {
        ["version"] = Version,
        ["kind"] = Kind.ToString(),
        ["variant"] = Description.Variant,
        ["model"] = ModelDigest,
        ["tokenizer"] = TokenizerDigest,
        ["data"] = Data.Digest,
        ["seed"] = Data.Settings.Seed.ToString(CultureInfo.InvariantCulture),
    });

    /// <summary>Whether a file says of itself that it is this measurement, and is whole.</summary>
    /// <param name="path">The file, which need not be there.</param>
    /// <param name="cancellation">Stops.</param>
    public bool IsIn(string path, CancellationToken cancellation)
    {
        var wanted = Description;
        try
        {
            return File.Exists(path)
                && StatisticsFile.Read(path).Description with { Items = 0, Tokens = 0, Norm = null, Digest = null, Inputs = wanted.Inputs, WeightTokens = wanted.WeightTokens } == wanted
                && StatisticsContent.Require(path, path, cancellation);
        }
        catch (MergeOpsException unusable) when (unusable.Diagnostic.Code.Kind is FailureKind.Input)
        {
            return false;
        }
    }

    /// <summary>Measures, and writes the file when all of it is there.</summary>
    /// <param name="folder">The model's folder.</param>
    /// <param name="work">A folder that belongs to this measurement alone; an interrupted one is continued there.</param>
    /// <param name="path">The file.</param>
    /// <param name="maxMemory">Bytes that weights and sums may take.</param>
    /// <param name="advanced">Hears what is worked on, and which share is done.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The model or the data do not allow it, or the disk.</exception>
    public StatisticsDescription Run(string folder, string work, string path, long maxMemory, Action<string, double> advanced, CancellationToken cancellation)
    {
        TorchRuntime.EnsureLoaded();
        using var model = MeasuredModel.Open(folder, Model, maxMemory);
        var examples = model.ExamplesOf(Data, Kind);
        RequireDisk(work, model.BytesBetweenLayers(examples, Kind), new DriveInfo(work).AvailableFreeSpace);
        var steps = model.StepsOf(Data, examples, Kind, work, maxMemory, cancellation);
        var key = CanonicalJson.Digest(new JsonObject { ["key"] = Key, ["class"] = TorchRuntime.Report().NumericClass });
        var parts = new StepRunner(work, key).Run(steps, advanced, cancellation);
        var description = Description with
        {
            Items = examples.Length,
            Tokens = examples.Sum(example => example.Sequences.Sum(sequence => (long)sequence.Inputs.Length)),
            Inputs = Map(parts.SelectMany(part => part.Contents.Inputs)),
            WeightTokens = Map(parts.SelectMany(part => part.Contents.Tensors).Where(tensor => tensor.Tokens is not null).Select(tensor => KeyValuePair.Create(tensor.Name, tensor.Tokens!.Value))),
        };
        Write(path, description, parts, prefix: "");
        return description;
    }

    /// <summary>Makes sure that what lies between two layers finds its place.</summary>
    /// <param name="folder">Where it lies; what an interrupted measurement left there counts.</param>
    /// <param name="needed">Bytes.</param>
    /// <param name="free">Bytes that the disk has left.</param>
    /// <exception cref="MergeOpsException">It does not.</exception>
    internal static void RequireDisk(string folder, long needed, long free)
    {
        var there = new DirectoryInfo(folder).EnumerateFiles().Sum(file => file.Length);
        if (needed - there > free)
        {
            throw new MergeOpsException(
                Codes.DiskTooSmall,
                $"The states between two layers need {ByteText.Of(needed)} of disk, but only {ByteText.Of(free)} are free. Measure fewer or shorter items, or set {MergeOpsHome.Variable} to a folder on another disk.",
                SourceSpan.File(folder));
        }
    }

    /// <summary>Writes the tensors of parts into a file of statistics.</summary>
    /// <param name="path">The file.</param>
    /// <param name="description">What it says of itself.</param>
    /// <param name="parts">The parts with their files.</param>
    /// <param name="prefix">What the names of the model's tensors begin with in the parts.</param>
    internal static void Write(string path, StatisticsDescription description, IReadOnlyList<(string File, PartContents Contents)> parts, string prefix)
    {
        var own = parts.SelectMany(part => part.Contents.Tensors).Where(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal));
        using var writer = StatisticsFile.Write(path, description, own.Select(tensor => new OutputTensor(tensor.Name[prefix.Length..], tensor.DType, [.. tensor.Shape])));
        var buffer = new byte[PieceBytes];
        foreach (var (file, contents) in parts)
        {
            using var stored = ModelFile.Open(file);
            var place = 0L;
            foreach (var tensor in contents.Tensors)
            {
                var length = new OutputTensor(tensor.Name, tensor.DType, [.. tensor.Shape]).ByteLength;
                for (var offset = 0L; offset < length && tensor.Name.StartsWith(prefix, StringComparison.Ordinal); offset += PieceBytes)
                {
                    var piece = buffer.AsSpan(0, (int)Math.Min(PieceBytes, length - offset));
                    stored.Read(place + offset, piece);
                    writer.Write(tensor.Name[prefix.Length..], offset, piece);
                }

                place += length;
            }
        }

        writer.Complete();
    }

    private static ImmutableSortedDictionary<string, T> Map<T>(IEnumerable<KeyValuePair<string, T>> pairs) => ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, pairs);
}

using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Writing;

/// <summary>What a merged model is made of, written beside its weights.</summary>
/// <param name="Name">The recipe's name.</param>
/// <param name="PlanDigest">The plan that made it.</param>
/// <param name="ModelDigest">The digest of all tensors.</param>
/// <param name="NumericClass">Machines of one class give the same bytes.</param>
/// <param name="Seed">The seed of random masks.</param>
/// <param name="Tensors">Each tensor by its name.</param>
/// <param name="Files">SHA-256 of each file beside the weights, by its path.</param>
internal sealed record MergeManifest(
    string Name,
    string PlanDigest,
    string ModelDigest,
    string NumericClass,
    ulong Seed,
    ImmutableSortedDictionary<string, ManifestTensor> Tensors,
    ImmutableSortedDictionary<string, string> Files)
{
    /// <summary>The manifest's name in the output.</summary>
    public const string FileName = "merge-manifest.json";

    private const int CurrentVersion = 1;

    /// <summary>The version of the format.</summary>
    public int Version { get; init; } = CurrentVersion;

    /// <summary>The digest of <see cref="UnlockedInputs"/>, of use only on the machine that made the output; null where every model is locked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? UnlockedInputs { get; init; }

    /// <summary>What an adapter holds and what is lost; null where the output is a model.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ManifestAdapter? Adapter { get; init; }

    /// <summary>The version of the package that wrote it, without the build's hash.</summary>
    public string PackageVersion { get; init; } = typeof(MergeManifest).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The manifest of a plan that was carried out.</summary>
    public static MergeManifest Of(
        MergePlan plan,
        string numericClass,
        string modelDigest,
        ImmutableSortedDictionary<string, string> contentDigests,
        ImmutableSortedDictionary<string, string> files) => new(
            plan.Name,
            plan.Digest,
            modelDigest,
            numericClass,
            plan.Seed,
            plan.Jobs.ToImmutableSortedDictionary(
                job => job.Name,
                job => new ManifestTensor(job.DType, job.Shape, job.MethodName, job.Digest, contentDigests[job.Name]),
                StringComparer.Ordinal),
            files);

    /// <summary>The canonical text.</summary>
    public string Write() => CanonicalJson.Write(JsonSerializer.SerializeToNode(this, ManifestFormat.Default.MergeManifest));

    /// <summary>Writes it into a folder, whole and flushed.</summary>
    public void WriteInto(string folder) => ManifestFile.WriteInto(folder, FileName, Write());

    /// <summary>The manifest of a folder, or null when it has none.</summary>
    /// <exception cref="MergeOpsException">It is damaged, or a newer version wrote it.</exception>
    public static MergeManifest? Find(string folder) => ManifestFile.Find(folder, FileName, (text, path) => Read(text, path));

    /// <summary>The manifest with this text.</summary>
    /// <param name="text">The bytes of the file.</param>
    /// <param name="path">Where they were found, for messages.</param>
    /// <exception cref="MergeOpsException">It is damaged, or a newer version wrote it.</exception>
    public static MergeManifest Read(ReadOnlySpan<byte> text, string path) => ManifestFile.Read(text, path, ManifestFormat.Default.MergeManifest, CurrentVersion, manifest => manifest.Flaw, "Restore the file, or merge the model again.");

    // what the serializer lets through
    private string? Flaw =>
        Version != CurrentVersion ? FormatVersion.Refusal(Version, CurrentVersion)
        : PackageVersion is null ? "'packageVersion' is missing."
        : !ManifestFile.IsSha256(PlanDigest) ? "'planDigest' is not a SHA-256."
        : !ManifestFile.IsSha256(ModelDigest) ? "'modelDigest' is not a SHA-256."
        : Tensors.FirstOrDefault(tensor => tensor.Value is null).Key is { } tensor ? $"It says nothing about the tensor {TerminalText.Quoted(tensor)}."
        : Files.FirstOrDefault(file => !ManifestFile.IsSha256(file.Value)).Key is { } file ? $"The file {TerminalText.Quoted(file)} has no SHA-256."
        : null;
}

/// <summary>One tensor of a merged model.</summary>
/// <param name="DType">Its element type.</param>
/// <param name="Shape">Its dimensions.</param>
/// <param name="Method">What made it; <c>copy</c> for copies.</param>
/// <param name="JobDigest">The digest of the decisions that made it.</param>
/// <param name="ContentDigest">The digest of its bytes.</param>
internal sealed record ManifestTensor(
    [property: JsonPropertyName("dtype")] DType DType,
    ImmutableArray<long> Shape,
    string Method,
    string JobDigest,
    string ContentDigest);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UseStringEnumConverter = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(MergeManifest))]
internal sealed partial class ManifestFormat : JsonSerializerContext;

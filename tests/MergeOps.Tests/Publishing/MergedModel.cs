using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using MergeOps.Merging.Writing;
using MergeOps.Publishing;
using MergeOps.Recipes.Validation;
using MergeOps.Sources.Locking;
using MergeOps.Tensors;
using MergeOps.Tests.Recipes;
using Xunit;

namespace MergeOps.Tests.Publishing;

/// <summary>A small merged model with its recipe, as a merge leaves them, in a temporary folder.</summary>
internal sealed class MergedModel : IDisposable
{
    public TemporaryFolder Folder { get; } = new();

    /// <summary>The merged model.</summary>
    public string Path => Folder["merged"];

    /// <summary>Where it is published.</summary>
    public string Root => Folder["published"];

    /// <summary>The models of the recipe, pinned.</summary>
    public static ModelLock Lock { get; } = new(
    [
        new("./models/one", [new("model.safetensors", 3, new(DigestKind.Sha256, new string('a', 64)))]),
        new("./models/two", [new("model.safetensors", 3, new(DigestKind.Sha256, new string('b', 64)))]),
        new("org/three@v1", [new("config.json", 2, new(DigestKind.GitBlob, new string('d', 40))), new("model.safetensors", 3, new(DigestKind.Sha256, new string('c', 64)))])
        {
            Commit = new string('e', 40),
            Metadata = new string('f', 64),
        },
    ]);

    private static readonly byte[] LockBytes = Encoding.UTF8.GetBytes(LockText.Write(Lock));

    public FolderPublisher Publisher => new(Root, Digests, TimeProvider.System);

    /// <summary>What is known of files.</summary>
    public KnownDigests Digests => new(new(Folder["home"]), TimeProvider.System);

    /// <summary>Merges anew: other seeds give other weights.</summary>
    public void Merge(int seed = 1, string name = "small", long shardSize = long.MaxValue)
    {
        if (Directory.Exists(Path))
        {
            Directory.Delete(Path, recursive: true);
        }

        Directory.CreateDirectory(Folder["merged/1_Pooling"]);
        OutputTensor[] tensors = [new("a.weight", DType.BF16, [4, 8]), new("b.weight", DType.F32, [3])];
        var digests = new List<DigestedTensor>();
        using (var writer = ShardWriter.Open(Path, ShardLayout.Of(tensors, shardSize)))
        {
            foreach (var tensor in tensors)
            {
                var bytes = new byte[tensor.ByteLength];
                new Random(seed).NextBytes(bytes);
                writer.Write(tensor.Name, 0, bytes);
                digests.Add(new DigestedTensor(tensor.Name, tensor.DType, tensor.Shape, ContentDigest.Of(bytes)));
            }

            writer.Flush();
        }

        Folder.Write("merged/config.json", "{}\n"u8);
        Folder.Write("merged/1_Pooling/config.json", "{ }\n"u8);
        Folder.Write("merged/mergeops.lock.yml", LockBytes);
        string[] files = ["config.json", "1_Pooling/config.json", "mergeops.lock.yml"];
        var manifest = new MergeManifest(
            name, new string('1', 64), ModelDigest.Of(digests), "cpu", 0,
            digests.ToImmutableSortedDictionary(d => d.Name, d => new ManifestTensor(d.DType, d.Shape, "linear", new string('2', 64), d.ContentDigest), StringComparer.Ordinal),
            files.ToImmutableSortedDictionary(file => file, file => Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(Folder["merged/" + file]))), StringComparer.Ordinal));
        Folder.Write("merged/" + MergeManifest.FileName, Encoding.UTF8.GetBytes(manifest.Write()));
    }

    /// <summary>What to publish: the merged model with a recipe that has these lines more.</summary>
    public PublicationContent Content(string? more = null, string? evaluation = "{}\n")
    {
        Directory.CreateDirectory(Folder["models/one"]);
        Directory.CreateDirectory(Folder["models/two"]);
        var path = Folder.Write("small.yml", Encoding.UTF8.GetBytes(
            $"""
            {more}
            merge_method: linear
            models:
              - model: ./models/one
                parameters: {"{"} weight: 1 {"}"}
              - model: ./models/two
                parameters: {"{"} weight: 1 {"}"}
              - model: org/three@v1
                parameters: {"{"} weight: 1 {"}"}
            """.TrimStart()));
        var (recipe, diagnostics) = RecipeReader.Read(path, RecipeText.Catalogue);
        return new PublicationContent
        {
            Recipe = recipe ?? throw new InvalidOperationException(string.Join('\n', diagnostics.Select(d => d.Detail))),
            MergedFolder = Path,
            LockFiles = [new("mergeops.lock.yml", LockBytes)],
            EvaluationJson = evaluation,
            EvaluationMarkdown = evaluation is null ? null : "### Evaluation of `small`\n\n| model | accuracy |\n| --- | ---: |\n| merged | 0.93 |\n",
        };
    }

    public Publication Publish(string? more = null, string? evaluation = "{}\n") =>
        Publisher.Publish(Content(more, evaluation), cancellation: TestContext.Current.CancellationToken);

    public void Dispose() => Folder.Dispose();
}

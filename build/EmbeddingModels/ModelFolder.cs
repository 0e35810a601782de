using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using MergeOps.Tensors;

namespace EmbeddingModels;

/// <summary>Writes a model as its publisher laid it out for sentence-transformers: settings, tokenizer, weights.</summary>
internal static class ModelFolder
{
    // one line for each token would be four times the size for nothing
    private static readonly JsonSerializerOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the folder; what was there under the same names is replaced.</summary>
    public static void Write(string folder, PackagedModel model)
    {
        CopySettings(Path.Combine(AppContext.BaseDirectory, "Settings", model.Name), folder);
        var tokens = Encoding.UTF8.GetString(model.Vocabulary()).ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');
        File.WriteAllText(Path.Combine(folder, ModelFileNames.VocabularyLines), string.Join('\n', tokens) + "\n");
        File.WriteAllText(Path.Combine(folder, ModelFileNames.Tokenizer), WordPiece.TokenizerJson(tokens).ToJsonString(Compact));
        WriteWeights(folder, [.. TransformersWeights.Of(OnnxGraph.Read(model.Graph())).OrderBy(tensor => tensor.Name, StringComparer.Ordinal)]);
    }

    private static void CopySettings(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target, overwrite: true);
        }
    }

    private static void WriteWeights(string folder, IReadOnlyList<OnnxTensor> tensors)
    {
        var layout = ShardLayout.Of(tensors.Select(tensor => new OutputTensor(tensor.Name, DType.F32, [.. tensor.Shape])), long.MaxValue);
        File.Delete(Path.Combine(folder, ModelFileNames.Weights));
        using var writer = ShardWriter.Open(folder, layout);
        foreach (var tensor in tensors)
        {
            writer.Write(tensor.Name, 0, tensor.Floats.Span);
        }

        writer.Flush();
    }
}

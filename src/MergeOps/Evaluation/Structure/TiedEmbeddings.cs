using System.Text.Json.Nodes;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Evaluation.Structure;

/// <summary>Whether <c>tie_word_embeddings</c> and the stored output head say the same.</summary>
internal static class TiedEmbeddings
{
    private const string Name = "tied embeddings";

    private const int PieceBytes = 4 * 1024 * 1024;

    /// <summary>A tied model has no head of its own, or one that equals the embedding; an untied causal model has one.</summary>
    public static CheckResult Check(MergedModel model)
    {
        var head = model.Checkpoint.Tensors.Values.FirstOrDefault(tensor => TiedTensors.IsHead(tensor.Name));
        var embedding = TiedTensors.EmbeddingOf(model.Checkpoint);
        return (TiedTensors.DeclaredIn(model.Config), head, embedding) switch
        {
            (null, _, _) => new(Name, CheckVerdict.NotApplicable, "config.json does not say whether the embeddings are tied."),
            (_, null, null) => new(Name, CheckVerdict.NotApplicable, "There is neither a token embedding nor an output head."),
            (true, null, _) => new(Name, CheckVerdict.Passed, $"'{embedding!.Name}' is the output head too."),
            (true, _, null) => new(Name, CheckVerdict.Failed, $"config.json ties the embeddings, and only '{head.Name}' is stored."),
            (true, _, _) => Equal(head, embedding, model.Checkpoint.Folder)
                ? new(Name, CheckVerdict.Passed, $"'{head.Name}' equals '{embedding.Name}'.")
                : new(Name, CheckVerdict.Failed, $"config.json ties the embeddings, so loaders ignore '{head.Name}', which differs from '{embedding.Name}'."),
            (false, null, _) when IsCausal(model.Config) =>
                new(Name, CheckVerdict.Failed, "config.json does not tie the embeddings, and no output head is stored: loaders would start it at random."),
            (false, null, _) => new(Name, CheckVerdict.NotApplicable, "The architecture has no output head."),
            _ => new(Name, CheckVerdict.Passed, $"The embeddings are not tied, and '{head.Name}' is stored."),
        };
    }

    private static bool IsCausal(JsonObject? config) =>
        config?["architectures"] is JsonArray names
        && names.Any(name => name?.ToString().EndsWith("ForCausalLM", StringComparison.Ordinal) == true);

    private static bool Equal(TensorInfo a, TensorInfo b, string folder)
    {
        if (a.DType != b.DType || !a.Shape.SequenceEqual(b.Shape))
        {
            return false;
        }

        using var fileOfA = ModelFile.Open(Path.Combine(folder, a.File));
        using var fileOfB = ModelFile.Open(Path.Combine(folder, b.File));
        var (bytesOfA, bytesOfB) = (new byte[PieceBytes], new byte[PieceBytes]);
        for (var done = 0L; done < a.ByteLength; done += PieceBytes)
        {
            var length = (int)Math.Min(PieceBytes, a.ByteLength - done);
            fileOfA.Read(a.Offset + done, bytesOfA.AsSpan(0, length));
            fileOfB.Read(b.Offset + done, bytesOfB.AsSpan(0, length));
            if (!bytesOfA.AsSpan(0, length).SequenceEqual(bytesOfB.AsSpan(0, length)))
            {
                return false;
            }
        }

        return true;
    }
}

using System.Text.Json;
using MergeOps.Architectures.Decoders;
using MergeOps.Tensors;

namespace MergeOps.Models.Embeddings;

/// <summary>A decoder without what predicts tokens, under the names that a checkpoint has for its tensors.</summary>
/// <param name="Shape">What its config says.</param>
/// <param name="Prefix">What the files leave out of the names of the forward pass.</param>
internal sealed record DecoderBody(DecoderShape Shape, string Prefix)
{
    private const string WithHead = "model.";

    /// <summary>Finds every tensor that the forward pass needs; null with the reason, which ends the sentence « not evaluated: … ».</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <param name="find">Finds a tensor of the checkpoint.</param>
    /// <param name="whyNot">Why it cannot be computed.</param>
    public static DecoderBody? TryFind(JsonElement config, FindTensor find, out string? whyNot)
    {
        if (DecoderFamily.TryRead(config, out whyNot, isBody: true) is not { } shape)
        {
            return null;
        }

        var body = new DecoderBody(shape with { TiedEmbeddings = true }, find(DecoderTensors.Embedding) is null ? WithHead : "");
        whyNot = ScoringSupport.OfTensors(body.Shape, name => find(body.StoredName(name))) ?? ScoringSupport.OfMemory(body.Shape, Arithmetic.Usual);
        return whyNot is null ? body : null;
    }

    /// <summary>Opens it.</summary>
    public DecoderStates Open(Checkpoint checkpoint, Arithmetic arithmetic)
    {
        var sizes = DecoderTensors.Of(Shape).ToDictionary(tensor => tensor.Name, tensor => ScoringSupport.BytesOf([tensor], arithmetic), StringComparer.Ordinal);
        return new(new DecoderModel(Shape, new ResidentWeights(new CheckpointWeights(checkpoint, arithmetic.Place, arithmetic.ScalarType, StoredName), sizes, arithmetic.WeightBudget)));
    }

    private string StoredName(string name) => name[Prefix.Length..];
}

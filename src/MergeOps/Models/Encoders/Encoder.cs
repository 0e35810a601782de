using MergeOps.Architectures.Encoders;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MergeOps.Models.Encoders;

/// <summary>The forward pass of an encoder. Owns its weights. Callers hold a dispose scope around each pass.</summary>
/// <param name="shape">What its config says.</param>
/// <param name="weights">The tensors of the shape by name, all on one device and of one type.</param>
internal abstract class Encoder(EncoderShape shape, IReadOnlyDictionary<string, Tensor> weights) : IDisposable
{
    /// <summary>What its config says.</summary>
    public EncoderShape Shape => shape;

    /// <summary>Where it computes.</summary>
    public Device Device { get; } = weights.Values.First().device;

    /// <summary>The type of its arithmetic.</summary>
    public ScalarType Type { get; } = weights.Values.First().dtype;

    /// <summary>The encoder of a shape, which takes over the weights.</summary>
    public static Encoder Of(EncoderShape shape, IReadOnlyDictionary<string, Tensor> weights) => shape switch
    {
        PostNormShape postNorm => new PostNormEncoder(postNorm, weights),
        ModernBertShape modern => new ModernBertEncoder(modern, weights),
        _ => throw new ArgumentOutOfRangeException(nameof(shape), shape, "no encoder"),
    };

    /// <summary>The last states [texts, length, hidden]; those of what fills rows mean nothing.</summary>
    public Tensor States(EncoderBatch batch)
    {
        var view = View(batch);
        var states = Embedded(batch);
        for (var index = 0; index < shape.Layers; index++)
        {
            states = Layer(index, states, view);
        }

        return Final(states);
    }

    /// <summary>Hears what goes into each projection; null for nobody. The names are those of the shape.</summary>
    public InputObserver? Observe { get; set; }

    /// <summary>What the layers see of a batch; it lives in the dispose scope it is made in.</summary>
    public abstract EncoderView View(EncoderBatch batch);

    /// <summary>The states [texts, length, hidden] that go into the first layer.</summary>
    public abstract Tensor Embedded(EncoderBatch batch);

    /// <summary>The states after a layer.</summary>
    public abstract Tensor Layer(int index, Tensor states, EncoderView view);

    /// <summary>The last states from those after the last layer.</summary>
    public virtual Tensor Final(Tensor states) => states;

    public void Dispose()
    {
        foreach (var weight in weights.Values)
        {
            weight.Dispose();
        }
    }

    /// <summary>A weight.</summary>
    protected Tensor Weight(string name) => weights[name];

    /// <summary>Rows of a table by ids [texts, length].</summary>
    protected Tensor Rows(string name, Tensor ids) => weights[name].index_select(0, ids.reshape(-1)).view([.. ids.shape, -1]);

    /// <summary>A projection with its bias where it has one.</summary>
    protected Tensor Linear(string name, Tensor input)
    {
        var weight = name + ".weight";
        Observe?.Invoke(weight, input, null);
        return functional.linear(input, weights[weight], weights.GetValueOrDefault(name + ".bias"));
    }

    /// <summary>A layer norm with its bias where it has one.</summary>
    protected Tensor Norm(string name, Tensor input) =>
        functional.layer_norm(input, [shape.HiddenSize], weights[name + ".weight"], weights.GetValueOrDefault(name + ".bias"), shape.NormEpsilon);

    /// <summary>States [texts, length, hidden] as heads [texts, heads, length, head].</summary>
    protected Tensor Heads(Tensor states) =>
        states.view(states.shape[0], states.shape[1], shape.Heads, shape.HiddenSize / shape.Heads).transpose(1, 2);

    /// <summary>What attention mixes [texts, length, hidden] of heads; the mask is added to the scores.</summary>
    protected Tensor Attend(Tensor query, Tensor key, Tensor value, Tensor mask) =>
        functional.scaled_dot_product_attention(query, key, value, attn_mask: mask.to(query.dtype)).transpose(1, 2).reshape(query.shape[0], query.shape[2], shape.HiddenSize);

    /// <summary>The activation of the feed-forward network.</summary>
    protected Tensor Activate(Tensor input) => ActivationFunctions.Apply(shape.Activation, input);
}

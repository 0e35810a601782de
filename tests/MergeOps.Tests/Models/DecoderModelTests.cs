using MergeOps.Architectures.Decoders;
using MergeOps.Models;
using MergeOps.Runtime;
using Xunit;
using static TorchSharp.torch;

namespace MergeOps.Tests.Models;

public sealed class DecoderModelTests
{
    private const float Float32Tolerance = 1e-6f;

    /// <summary>Three tokens; root mean squares √12.5, √12.5 and 1.</summary>
    private static readonly (string, float[]) Embedding = (DecoderTensors.Embedding, [3, 4, 4, -3, 1, 1]);

    private static readonly float[] Identity = [1, 0, 0, 1];

    public DecoderModelTests() => TorchRuntime.EnsureLoaded();

    [Fact]
    public void Without_layers_that_do_something_a_state_is_the_normalised_embedding()
    {
        using var model = TinyModel.Create(TinyModel.Config, Embedding);

        AssertStates([3 / MathF.Sqrt(12.5f), 4 / MathF.Sqrt(12.5f), 1, 1], model, 0, 2);
    }

    [Fact]
    public void The_logits_of_tied_embeddings_are_the_products_with_the_embedding()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Create(TinyModel.Config, Embedding);

        Assert.Equal([7f, 1f, 2f], model.Logits(tensor(new float[] { 1, 1 })).data<float>().ToArray());
    }

    /// <summary>Queries and keys of 0 look at everything so far alike: the mean of the normalised values joins the embedding.</summary>
    [Fact]
    public void Attention_is_the_weighted_mean_of_values_up_to_its_position()
    {
        using var model = TinyModel.Create(
            TinyModel.Config,
            Embedding,
            ("model.layers.0.self_attn.v_proj.weight", Identity),
            ("model.layers.0.self_attn.o_proj.weight", Identity));
        var unit = 1 / Math.Sqrt(12.5);
        double[] first = [3 + 3 * unit, 4 + 4 * unit];
        double[] second = [4 + (3 + 4) / 2.0 * unit, -3 + (4 - 3) / 2.0 * unit];

        AssertStates([.. Normalised(first), .. Normalised(second)], model, 0, 1);
    }

    /// <summary>
    /// q·k of equal vectors turns with the cosine of their distance. Token 0 is (1, 0), normalised (√2, 0); token 1 has
    /// key and value 0, so the third position weighs √2 at the distances 2 and 0 against 0 at the distance 1.
    /// </summary>
    [Fact]
    public void Rotation_makes_attention_depend_on_the_distance()
    {
        float[] firstOnly = [1, 0, 0, 0];
        using var model = TinyModel.Create(
            TinyModel.Config,
            (DecoderTensors.Embedding, [1, 0, 0, 1, 1, 1]),
            ("model.layers.0.self_attn.q_proj.weight", firstOnly),
            ("model.layers.0.self_attn.k_proj.weight", firstOnly),
            ("model.layers.0.self_attn.v_proj.weight", firstOnly),
            ("model.layers.0.self_attn.o_proj.weight", [0, 0, 1, 0]));
        var far = Math.Exp(2 * Math.Cos(2) / Math.Sqrt(2));
        var here = Math.Exp(2 / Math.Sqrt(2));
        double[] third = [1, Math.Sqrt(2) * (far + here) / (far + here + 1)];

        AssertStates([.. Normalised([1, Math.Sqrt(2)]), .. Normalised([0, 1 + (Math.Sqrt(2) / 2)]), .. Normalised(third)], model, 0, 1, 0);
    }

    [Fact]
    public void The_mlp_multiplies_the_gate_after_silu_with_the_other_half()
    {
        using var model = TinyModel.Create(
            TinyModel.Config,
            (DecoderTensors.Embedding, [1, 1, 0, 0, 0, 0]),
            ("model.layers.0.mlp.gate_proj.weight", [2, 0, 0, -1]),
            ("model.layers.0.mlp.up_proj.weight", [3, 0, 0, 5]),
            ("model.layers.0.mlp.down_proj.weight", Identity));

        AssertStates(Normalised([1 + 3 * Silu(2), 1 + 5 * Silu(-1)]), model, 0);
    }

    [Fact]
    public void Padding_on_the_right_changes_nothing_before_it()
    {
        using var scope = NewDisposeScope();
        using var model = TinyModel.Random(seed: 1);
        var alone = model.States(tensor(new long[] { 5, 6, 7 }).view(1, 3));
        var padded = model.States(tensor(new long[] { 5, 6, 7, 0, 0 }).view(1, 5)).narrow(1, 0, 3);

        Assert.True(allclose(alone, padded, rtol: 0, atol: Float32Tolerance));
    }

    private static double Silu(double x) => x / (1 + Math.Exp(-x));

    private static float[] Normalised(double[] state)
    {
        var rootMeanSquare = Math.Sqrt(state.Average(x => x * x));
        return [.. state.Select(x => (float)(x / rootMeanSquare))];
    }

    private static void AssertStates(float[] expected, DecoderModel model, params long[] ids)
    {
        using var scope = NewDisposeScope();
        var states = model.States(tensor(ids).view(1, -1)).data<float>().ToArray();

        Assert.Equal(expected.Length, states.Length);
        Assert.All(expected.Zip(states), pair => Assert.Equal(pair.First, pair.Second, Float32Tolerance));
    }
}

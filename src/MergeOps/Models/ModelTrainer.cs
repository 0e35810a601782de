using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MergeOps.Models;

/// <summary>Next-token training of a model's weights in place: AdamW (arXiv 1711.05101) with gradients clipped to norm 1.</summary>
internal sealed class ModelTrainer : IDisposable
{
    private const double LargestGradient = 1.0;

    private readonly DecoderModel model;
    private readonly Parameter[] parameters;
    private readonly optim.Optimizer optimizer;

    /// <summary>Makes every weight of the model trainable until the trainer is disposed.</summary>
    public ModelTrainer(DecoderModel model, double weightDecay)
    {
        this.model = model;
        parameters = [.. ((MemoryWeights)model.Weights).All.Values];
        foreach (var parameter in parameters)
        {
            parameter.requires_grad = true;
        }

        optimizer = optim.AdamW(parameters, beta2: 0.95, weight_decay: weightDecay);
    }

    /// <summary>The mean negative log-likelihood of the batch's predicted tokens (a scalar, natural logarithm).</summary>
    public static Tensor Loss(DecoderModel model, TokenBatch batch) => nn.functional.cross_entropy(
        model.Logits(batch.PredictingOf(model.States([batch.Input], CancellationToken.None)[0])), tensor(batch.Targets));

    /// <summary>One step; returns the loss before it.</summary>
    public double Step(IReadOnlyList<TokenSequence> sequences, double learningRate)
    {
        using var scope = NewDisposeScope();
        foreach (var group in optimizer.ParamGroups)
        {
            group.LearningRate = learningRate;
        }

        optimizer.zero_grad();
        var loss = Loss(model, new TokenBatch(sequences));
        loss.backward();
        nn.utils.clip_grad_norm_(parameters, LargestGradient);
        optimizer.step();
        return loss.item<float>();
    }

    public void Dispose()
    {
        optimizer.Dispose();
        foreach (var parameter in parameters)
        {
            parameter.requires_grad = false;
        }
    }
}

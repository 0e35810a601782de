using System.Text.Json.Nodes;
using MergeOps.Tests.Golden;
using TorchSharp;
using Xunit;

namespace MergeOps.Tests.Methods;

/// <summary>DARE and DELLA over many seeds, held against another implementation's statistics over 2000.</summary>
public sealed class RandomStatisticsTests : TensorTests
{
    private const int Seeds = 100;
    private const int ReferenceSeeds = 2000;

    /// <summary>Of some hundred standard normal numbers the largest stays below this.</summary>
    private const double LargestDeviation = 5;

    /// <summary>How far the root mean square of these numbers may be from 1.</summary>
    private const double SpreadOfDeviations = 0.15;

    private static readonly JsonObject Statistics =
        JsonNode.Parse(File.ReadAllText(Repository.Data("Golden", "statistics", "statistics.json")))!.AsObject();

    public static TheoryData<string, string> Tensors =>
    [
        .. from entry in Statistics
           where entry.Value!["tensors"] is not null
           from tensor in entry.Value["tensors"]!.AsObject()
           select (entry.Key, tensor.Key),
    ];

    [Theory]
    [MemberData(nameof(Tensors))]
    public void Means_over_seeds_agree(string name, string tensor)
    {
        using var reference = new FloatTensors(Repository.Data("Golden", "statistics", name + ".safetensors"));
        var (mean, deviation) = (torch.tensor(reference.Read(tensor + ".mean")), torch.tensor(reference.Read(tensor + ".std")));
        var merge = Merge(Statistics[name]!.AsObject(), tensor);
        var origin = merge.Base!.view(-1);
        var sum = torch.zeros_like(mean);
        var changed = 0.0;
        for (var seed = 0UL; seed < Seeds; seed++)
        {
            using var scope = torch.NewDisposeScope();
            var merged = (merge with { Seed = seed }).Run().view(-1);
            changed += merged.ne(origin).to(torch.float64).mean().item<double>() / Seeds;
            sum.add_(merged);
        }

        var isOpen = deviation > 0;
        var difference = (sum / Seeds) - mean;
        var z = (difference / (deviation * Math.Sqrt((1.0 / Seeds) + (1.0 / ReferenceSeeds))))[isOpen];
        Assert.True(difference[isOpen.logical_not()].abs().sum().item<double>() < 1e-6);
        Assert.True(z.abs().max().item<double>() < LargestDeviation);
        Assert.Equal(1, z.square().mean().sqrt().item<double>(), SpreadOfDeviations);
        var metadata = Statistics[name]!["tensors"]![tensor]!;
        var error = (double)metadata["changed_fraction_std"]! / Math.Sqrt(Seeds);
        Assert.Equal((double)metadata["changed_fraction_mean"]!, changed, LargestDeviation * error);
    }

    private static InMemoryMerge Merge(JsonObject metadata, string tensor)
    {
        double[] weights = [.. metadata["weights"]!.AsArray().Select(weight => (double)weight!)];
        var merge = new InMemoryMerge((string)metadata["method"]!)
        {
            TensorName = tensor,
            Base = Read("base", tensor),
            Models = [Read("ft1", tensor), Read("ft2", tensor), Read("ft3", tensor)],
        }.WithEach("weight", weights).WithEach("density", [.. weights.Select(_ => (double)metadata["density"]!)]);
        if (metadata["epsilon"] is { } epsilon)
        {
            merge = merge.WithEach("epsilon", [.. weights.Select(_ => (double)epsilon)]);
        }

        return metadata["rescale"] is { } rescale ? merge.With("rescale", (bool)rescale) : merge;
    }

    private static torch.Tensor Read(string model, string tensor)
    {
        using var checkpoint = new FloatTensors(Repository.Data("Golden", "models", "llama-f32", model));
        return torch.tensor(checkpoint.Read(tensor)).to(torch.float32).view([.. checkpoint.Infos[tensor].Shape]);
    }
}

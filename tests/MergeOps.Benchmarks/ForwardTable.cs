using System.Diagnostics;
using System.Globalization;
using MergeOps.Models;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Benchmarks;

/// <summary>Scores texts by forward passes on a device and on the CPU, and prints how far the scores and the times are apart.</summary>
internal static class ForwardTable
{
    private const int Repetitions = 3;

    /// <summary>Prints a row for each number type.</summary>
    /// <param name="device">Such as <c>cuda</c>.</param>
    /// <param name="model">The folder of a language model.</param>
    /// <param name="text">A file of UTF-8 text; each of its paragraphs is scored.</param>
    public static int Print(string device, string model, string text)
    {
        TorchRuntime.StartLoading(HostEnvironment.OfThisProcess());
        string[] texts = [.. File.ReadAllText(text).Split("\n\n").Where(paragraph => paragraph.Length > 1)];
        var (here, hereSeconds) = Score(model, texts, Arithmetic.Usual);
        Console.WriteLine();
        Console.WriteLine($"| forward passes in | tokens | largest difference of a paragraph, for each of its tokens, against float32 on the CPU | mean over the paragraphs | {device} s | cpu s |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|");
        foreach (var type in new[] { DType.F32, DType.BF16 })
        {
            var (there, seconds) = Score(model, texts, new Arithmetic(device, type));
            var apart = there.Zip(here, (one, other) => Math.Abs(one.LogLikelihood - other.LogLikelihood) / Math.Max(1, other.Tokens)).ToList();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {type} | {here.Sum(score => score.Tokens)} | {apart.Max():E1} | {apart.Average():E1} | {seconds:F2} | {hereSeconds:F2} |"));
        }

        return 0;
    }

    private static (IReadOnlyList<ContinuationScore> Scores, double Seconds) Score(string model, string[] texts, Arithmetic arithmetic)
    {
        using var opened = LanguageModels.TryOpen(model, out var whyNot, arithmetic) ?? throw new InvalidOperationException(whyNot);

        // what is compiled and allocated once belongs to no repetition
        var scores = opened.ScoreTexts(texts, CancellationToken.None);
        var begun = Stopwatch.GetTimestamp();
        for (var i = 0; i < Repetitions; i++)
        {
            opened.ScoreTexts(texts, CancellationToken.None);
        }

        return (scores, Stopwatch.GetElapsedTime(begun).TotalSeconds / Repetitions);
    }
}

using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Tensors;

namespace MergeOps.Planning;

/// <summary>The jobs of all output tensors. Of very many, pieces are made side by side; what is made, and what is found, is the same.</summary>
internal static class AllJobs
{
    private const int Piece = 8192;

    /// <summary>The jobs in ordinal order of their names; those of places with problems are missing.</summary>
    /// <param name="slots">The places of the output tensors.</param>
    /// <param name="builderOf">Makes a builder whose problems go into a bag.</param>
    /// <param name="diagnostics">Takes what is found, each problem once.</param>
    public static ImmutableArray<TensorJob> Of(IReadOnlyList<OutputSlot> slots, Func<DiagnosticBag, JobBuilder> builderOf, DiagnosticBag diagnostics)
    {
        var jobs = new TensorJob?[slots.Count];
        if (LargeHeap.IsLarge(slots.Count))
        {
            BuildSideBySide(slots, builderOf, jobs, diagnostics);
        }
        else
        {
            Build(slots, 0, slots.Count, builderOf(diagnostics), jobs);
        }

        return [.. jobs.OfType<TensorJob>().OrderBy(job => job.Name, StringComparer.Ordinal)];
    }

    private static void BuildSideBySide(IReadOnlyList<OutputSlot> slots, Func<DiagnosticBag, JobBuilder> builderOf, TensorJob?[] jobs, DiagnosticBag diagnostics)
    {
        var bags = new DiagnosticBag[(slots.Count + Piece - 1) / Piece];
        Parallel.For(0, bags.Length, piece => Build(slots, piece * Piece, Math.Min(slots.Count, (piece + 1) * Piece), builderOf(bags[piece] = []), jobs));

        // one mistake shows in many pieces, too
        var reported = new HashSet<(DiagnosticCode, SourceSpan?)>();
        diagnostics.AddAll(bags.SelectMany(bag => bag).Where(problem => reported.Add((problem.Code, problem.Span))));
    }

    private static void Build(IReadOnlyList<OutputSlot> slots, int from, int to, JobBuilder builder, TensorJob?[] jobs)
    {
        for (var place = from; place < to; place++)
        {
            jobs[place] = builder.Build(slots[place]);
        }
    }
}

using System.Collections.Immutable;
using MergeOps.Diagnostics;
using MergeOps.Planning;
using MergeOps.Tensors;

namespace MergeOps.Merging.Parts;

/// <summary>A part that was read.</summary>
/// <param name="Folder">Its folder, as it was named.</param>
/// <param name="Manifest">What it says of itself.</param>
internal sealed record Part(string Folder, PartManifest Manifest);

/// <summary>All parts of a merge, one for each partition in their order; their files are not read yet.</summary>
/// <param name="Parts">The parts.</param>
/// <param name="Layout">The files of the whole output.</param>
internal sealed record PartSet(ImmutableArray<Part> Parts, ShardLayout Layout)
{
    /// <summary>What all parts with files were made on.</summary>
    public string NumericClass => Parts.First(part => part.Manifest.NumericClass is not null).Manifest.NumericClass!;

    /// <summary>The most bytes of tensors in one file.</summary>
    public long ShardSize => Parts[0].Manifest.ShardSize;

    /// <summary>The parts in these folders; null when they are not those of one merge of the plan, and why is in the bag, part by part.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="folders">The folders in any order.</param>
    /// <param name="found">Takes what is wrong.</param>
    public static PartSet? Read(MergePlan plan, IReadOnlyList<string> folders, DiagnosticBag found)
    {
        List<Part> parts = [];
        foreach (var folder in folders)
        {
            try
            {
                if (PartManifest.Find(folder) is { } manifest)
                {
                    parts.Add(new(folder, manifest));
                }
                else
                {
                    Refuse(Codes.PartMissing, folder, $"It holds no {PartManifest.FileName}, so it is not a part of a merge, or an unfinished one. `mergeops merge --partition` makes the part and resumes where it stopped.");
                }
            }
            catch (MergeOpsException damaged)
            {
                found.Add(damaged.Diagnostic);
            }
        }

        // what most of them are tells which one is wrong
        RefuseOthers(parts, part => part.PlanDigest, plan.Digest, (part, _) => $"It is a part of plan {part.PlanDigest[..12]}; this is plan {plan.Digest[..12]}.");
        var own = parts.Where(part => part.Manifest.PlanDigest == plan.Digest).ToList();
        var count = RefuseOthers(own, part => part.Count, Usual(own, part => part.Count), (part, count) => $"It is part {part.Partition}; the others are parts of {count}.");
        var size = RefuseOthers(own, part => part.ShardSize, Usual(own, part => part.ShardSize), (part, size) => $"Its files hold at most {part.ShardSize:N0} bytes of tensors; those of the others hold {size:N0}. Make it again with the same --shard-size.");
        RefuseOthers(
            own.Where(part => part.Manifest.NumericClass is not null).ToList(),
            part => part.NumericClass,
            Usual(own.Where(part => part.Manifest.NumericClass is not null), part => part.NumericClass),
            (part, kind) => $"It was made on {part.NumericClass}, the others on {kind}, and these do not give the same bytes. Make it again on {kind}.");
        RefuseOthers(
            own,
            part => part.UnlockedInputs,
            Usual(own, part => part.UnlockedInputs),
            (_, _) => "It was made from other files than the other parts, or the files changed in between; without a lock it is unknown whether the weights are the same. Run `mergeops lock` and make the parts again.");
        own = own.FindAll(part => part.Manifest.Count == count);
        foreach (var twice in own.GroupBy(part => part.Manifest.Number).Where(same => same.Count() > 1))
        {
            foreach (var again in twice.Skip(1))
            {
                Refuse(Codes.PartForeign, again.Folder, $"It is part {again.Manifest.Partition}, and so is {TerminalText.Quoted(twice.First().Folder)}. Name one of them.");
            }
        }

        foreach (var number in Enumerable.Range(1, count).Except(own.Select(part => part.Manifest.Number)))
        {
            found.Add(Diagnostic.Error(Codes.PartMissing, $"Part {number}/{count} is missing. `mergeops merge --partition {number}/{count}` makes it."));
        }

        return found.HasErrors ? null : Whole(plan, own, count, size, found);

        T RefuseOthers<T>(List<Part> among, Func<PartManifest, T> of, T usual, Func<PartManifest, T, string> why)
        {
            foreach (var other in among.Where(part => !EqualityComparer<T>.Default.Equals(of(part.Manifest), usual)))
            {
                Refuse(Codes.PartForeign, other.Folder, why(other.Manifest, usual));
            }

            return usual;
        }

        void Refuse(DiagnosticCode code, string folder, string detail) => found.Add(Diagnostic.Error(code, detail, SourceSpan.File(folder)));
    }

    private static PartSet? Whole(MergePlan plan, List<Part> parts, int count, long shardSize, DiagnosticBag found)
    {
        if (count == 0)
        {
            found.Add(Diagnostic.Error(Codes.PartMissing, "No part was named."));
            return null;
        }

        var layout = plan.LayoutFor(shardSize);
        ImmutableArray<Part> ordered = [.. parts.OrderBy(part => part.Manifest.Number)];
        foreach (var (part, share) in ordered.Zip(PlanShare.Of(plan, layout, count)))
        {
            var wanted = share.Layout.Shards.Select(shard => shard.Name).ToHashSet(StringComparer.Ordinal);
            if (!wanted.SetEquals(part.Manifest.Files.Keys))
            {
                found.Add(Diagnostic.Error(
                    Codes.PartForeign, "Its files are not those of this partition: another version of MergeOps divided the merge differently. Make all parts again with this version.", SourceSpan.File(part.Folder)));
            }
        }

        return found.HasErrors ? null : new(ordered, layout);
    }

    private static T Usual<T>(IEnumerable<Part> parts, Func<PartManifest, T> of) =>
        parts.GroupBy(part => of(part.Manifest)).OrderByDescending(same => same.Count()).Select(same => same.Key).FirstOrDefault()!;
}

using MergeOps.Merging.Writing;
using MergeOps.Tensors;

namespace MergeOps.Calibration.Walks;

/// <summary>
/// Runs steps in a folder. What an interrupted run finished is read again and taken where its digest is the noted one; what later
/// steps no longer need is gone as soon as they are done.
/// </summary>
/// <param name="folder">Belongs to this run alone.</param>
/// <param name="key">Everything that must be equal for files of an interrupted run to be of use.</param>
internal sealed class StepRunner(string folder, string key)
{
    private const string JournalFile = "journal";

    private readonly Dictionary<string, bool> verified = new(StringComparer.Ordinal);

    /// <summary>Runs what is not done yet.</summary>
    /// <param name="steps">All steps in their order.</param>
    /// <param name="advanced">Hears the name of a step, and which share of everything is done.</param>
    /// <param name="cancellation">Stops between two steps.</param>
    /// <returns>The parts of the statistics with their files, in the order of the steps.</returns>
    public IReadOnlyList<(string File, PartContents Contents)> Run(IReadOnlyList<MeasureStep> steps, Action<string, double> advanced, CancellationToken cancellation)
    {
        using var journal = Journal.Open(Path.Combine(folder, JournalFile), key);
        var first = Enumerable.Range(0, steps.Count + 1).Reverse().First(count => IsDone(steps, count, journal));
        Dictionary<string, PartContents> parts = [];
        foreach (var step in steps.Take(first).Where(step => step.Part is not null))
        {
            parts[step.Part!] = ContentsOf(step.Part!, journal)!;
        }

        for (var index = first; index < steps.Count; index++)
        {
            cancellation.ThrowIfCancellationRequested();
            var step = steps[index];
            var (place, before) = (index, advanced);
            var contents = step.Run(share => before(step.Name, (place + share) / steps.Count));
            foreach (var file in step.Gives)
            {
                journal.Append(file, new(DigestOf(file)));
            }

            if (step.Part is { } part)
            {
                parts[part] = contents!;
                journal.Append(part, new(DigestOf(part), contents!.Write()));
            }

            foreach (var file in step.Needs.Where(file => !steps.Skip(place + 1).Any(later => later.Needs.Contains(file))))
            {
                File.Delete(Path.Combine(folder, file));
            }
        }

        return [.. steps.Where(step => step.Part is not null).Select(step => (Path.Combine(folder, step.Part!), parts[step.Part!]))];
    }

    // the parts of those before are there, and everything of theirs that the others need
    private bool IsDone(IReadOnlyList<MeasureStep> steps, int count, Journal journal) =>
        steps.Take(count).All(step => step.Part is null || (ContentsOf(step.Part, journal) is not null && IsThere(step.Part, journal)))
        && steps.Skip(count).SelectMany(step => step.Needs).Intersect(steps.Take(count).SelectMany(step => step.Gives)).All(file => IsThere(file, journal));

    private static PartContents? ContentsOf(string part, Journal journal) =>
        journal.Written.TryGetValue(part, out var line) && line.Remark is { } remark ? PartContents.TryRead(remark) : null;

    private bool IsThere(string file, Journal journal)
    {
        if (!verified.TryGetValue(file, out var isThere))
        {
            isThere = journal.Written.TryGetValue(file, out var line) && File.Exists(Path.Combine(folder, file)) && DigestOf(file) == line.ContentDigest;
            verified.Add(file, isThere);
        }

        return isThere;
    }

    private string DigestOf(string file)
    {
        var digest = new ContentDigest();
        var buffer = new byte[1 << 20];
        using var stored = ModelFile.Open(Path.Combine(folder, file));
        for (var place = 0L; place < stored.Length; place += buffer.Length)
        {
            var piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, stored.Length - place));
            stored.Read(place, piece);
            digest.Append(piece);
        }

        return digest.Finish();
    }
}

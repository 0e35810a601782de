using System.Collections.Immutable;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Planning.TensorSources;

namespace MergeOps.Planning;

/// <summary>Passes over all tensors of a merge that must come before any of them is made.</summary>
/// <param name="digest">Stands for all that they read and decide.</param>
/// <param name="members">The jobs whose inputs they pass, in ordinal order of their names.</param>
internal sealed class JobScan(string digest, ImmutableArray<TensorJob> members)
{
    /// <summary>SHA-256 of the jobs' digests; part of the digest of each of them.</summary>
    public string Digest => digest;

    /// <summary>The jobs.</summary>
    public ImmutableArray<TensorJob> Members => members;

    /// <summary>How many passes there are.</summary>
    public int Passes { get; } = members.Max(job => PassesOf(job, members.Any(member => member.IsDouble)));

    /// <summary>Bytes that one pass reads.</summary>
    public long BytesOfPass => members.SelectMany(job => job.WithoutTail.Reads).DistinctBy(stored => stored.Origin).Sum(stored => stored.Tensor.ByteLength);

    /// <summary>Begins the passes.</summary>
    public ModelScan Start() => members[0].Method!.StartModelScan(members.Any(member => member.IsDouble));

    /// <summary>Lets those jobs wait for passes over all of them that need it, and says so in their digests.</summary>
    /// <param name="jobs">The jobs of a merge.</param>
    /// <param name="owners">Whose files are read.</param>
    public static ImmutableArray<TensorJob> Attach(ImmutableArray<TensorJob> jobs, ImmutableArray<PlannedModel> owners)
    {
        var members = MembersOf(jobs);
        if (members.IsEmpty)
        {
            return jobs;
        }

        var scan = new JobScan(CanonicalJson.Digest(new JsonObject { ["jobs"] = new JsonArray([.. members.Select(job => JsonValue.Create(job.Digest))]) }), members);
        var contents = new FileContents(owners);
        var names = members.Select(job => job.Name).ToHashSet(StringComparer.Ordinal);
        return [.. jobs.Select(job => names.Contains(job.Name) ? (job with { Scan = scan }).Digested(contents) : job)];
    }

    /// <summary>The scans that jobs wait for, each once, those of stages before those that read the stages.</summary>
    public static ImmutableArray<JobScan> Of(IEnumerable<TensorJob> jobs)
    {
        var found = ImmutableArray.CreateBuilder<JobScan>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var job in jobs)
        {
            Add(job);
        }

        return found.ToImmutable();

        void Add(TensorJob job)
        {
            foreach (var inner in job.StageJobs.Where(inner => inner.Scan is not null))
            {
                AddScan(inner.Scan!);
            }

            if ((job.Factor?.Changed ?? job).Scan is { } scan)
            {
                AddScan(scan);
            }
        }

        void AddScan(JobScan scan)
        {
            if (!seen.Add(scan.Digest))
            {
                return;
            }

            foreach (var member in scan.Members)
            {
                Add(member);
            }

            found.Add(scan);
        }
    }

    /// <summary>The same scan of other stored tensors.</summary>
    /// <param name="map">Gives the other ones.</param>
    public JobScan WithStored(StoredMap map) => map.Once(this, () => new(digest, [.. members.Select(job => job.WithStored(map))]));

    // most jobs have the parameters of the one before
    private static ImmutableArray<TensorJob> MembersOf(ImmutableArray<TensorJob> jobs)
    {
        var members = ImmutableArray.CreateBuilder<TensorJob>();
        var (before, isMember) = ((TensorJob?)null, false);
        foreach (var job in jobs)
        {
            isMember = before is not null && AlikeJobs.Instance.Equals(before, job) ? isMember : PassesOf(job, isDouble: false) > 0;
            before = job;
            if (isMember)
            {
                members.Add(job);
            }
        }

        return members.ToImmutable();
    }

    private static int PassesOf(TensorJob job, bool isDouble) =>
        job.Method?.ModelPasses(job.Parameters, [.. job.Inputs.Select(input => input.Parameters)], isDouble) ?? 0;
}

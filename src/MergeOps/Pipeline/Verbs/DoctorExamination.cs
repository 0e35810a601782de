using System.Globalization;
using System.Runtime.InteropServices;
using MergeOps.Diagnostics;
using MergeOps.Pipeline.Stages;
using MergeOps.Runtime;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Verbs;

/// <summary>One line of the examination.</summary>
/// <param name="Topic">What was looked at.</param>
/// <param name="Finding">What was found.</param>
internal sealed record Observation(string Topic, string Finding);

/// <summary>What <see cref="DoctorExamination"/> found.</summary>
/// <param name="Observations">In the order to show.</param>
/// <param name="Problems">What keeps merges from working here.</param>
internal sealed record Examination(IReadOnlyList<Observation> Observations, IReadOnlyList<Diagnostic> Problems);

/// <summary>Looks at everything on this machine that a merge depends on.</summary>
internal static class DoctorExamination
{
    /// <summary>Looks.</summary>
    public static Examination Run(HostEnvironment environment)
    {
        List<Observation> observations =
        [
            new(".NET", $"{Environment.Version} on {RuntimeInformation.RuntimeIdentifier}, {RuntimeInformation.OSDescription}"),
            new("processors", Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture)),
            new("memory", string.Create(CultureInfo.InvariantCulture, $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30):F1} GiB")),
        ];
        List<Diagnostic> problems = [];
        Check(() => observations.Add(new("home", ExamineHome(environment.Home.Folder))), problems);
        Check(() => observations.AddRange(Stored(environment)), problems);
        TorchRuntime.StartLoading(environment);
        Check(() => observations.AddRange(Describe(TorchRuntime.Report())), problems);
        return new Examination(observations, problems);
    }

    private static string ExamineHome(string home)
    {
        try
        {
            using var probe = File.Create(
                Path.Combine(Directory.CreateDirectory(home).FullName, Path.GetRandomFileName()), 1, FileOptions.DeleteOnClose);
            return string.Create(
                CultureInfo.InvariantCulture, $"{home}, {new DriveInfo(home).AvailableFreeSpace / 1e9:F1} GB free");
        }
        catch (Exception refusal) when (refusal is IOException or UnauthorizedAccessException)
        {
            throw MergeOpsHome.Unwritable(home, refusal);
        }
    }

    private static IEnumerable<Observation> Stored(HostEnvironment environment)
    {
        var runs = StoredFolders.Runs(environment);
        var libTorch = StoredFolders.LibTorch(environment.Home);
        yield return new("runs", runs is [.., var oldest]
            ? $"{Quantity.Of(runs.Length, "run")}, {ByteText.Of(runs.Sum(run => run.Bytes))}, the oldest used {Date(oldest.LastUsed)}; `mergeops cache gc` removes them"
            : "none");
        var unfinished = StoredFolders.UnfinishedBelow(Environment.CurrentDirectory);
        var (count, bytes) = (unfinished.Length + runs.Count(run => run.Unfinished > 0), unfinished.Sum(part => part.Bytes) + runs.Sum(run => run.Unfinished));
        if (count > 0)
        {
            yield return new("unfinished", $"{Quantity.Of(count, "merge")}, {ByteText.Of(bytes)}: {string.Join(", ", unfinished.Select(part => part.Folder).Concat(runs.Where(run => run.Unfinished > 0).Select(run => run.Folder)))}");
        }

        foreach (var part in libTorch)
        {
            yield return new("installed", $"libtorch {part.Name}, {ByteText.Of(part.Bytes)}, {Date(part.LastUsed)}");
        }
    }

    private static string Date(DateTime moment) => moment.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static IEnumerable<Observation> Describe(TorchReport torch) =>
    [
        new("TorchSharp", torch.TorchSharpVersion),
        new("libtorch", $"{torch.LibTorchVersion} from {torch.Folder} ({torch.Origin})"),
        new("libstdc++", torch.IsPatched ? "older than GCC 13: the bridge was changed to load without it" : "as the bridge needs it"),
        new("CUDA devices", torch.CudaDevices.ToString(CultureInfo.InvariantCulture)),
        new("numeric class", torch.NumericClass),
    ];

    private static void Check(Action look, List<Diagnostic> problems)
    {
        try
        {
            look();
        }
        catch (MergeOpsException problem)
        {
            problems.Add(problem.Diagnostic);
        }
    }
}

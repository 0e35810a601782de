using System.Text;
using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Evaluation;
using MergeOps.Evaluation.Data;
using MergeOps.Evaluation.Scoring;
using MergeOps.Pipeline.Scoring;
using MergeOps.Publishing;
using MergeOps.Recipes;
using MergeOps.Tensors;

namespace MergeOps.Pipeline.Stages;

/// <summary>
/// Where the runs of one plan work: <c>runs/PLAN/model</c>, <c>runs/PLAN/evaluation</c> and, while it is scored,
/// <c>runs/PLAN/average</c> and <c>runs/PLAN/applied</c> in the user's folder. All of it can be made again.
/// </summary>
/// <param name="environment">Names the user's folder.</param>
/// <param name="planDigest">The plan.</param>
internal sealed class RunFolder(HostEnvironment environment, string planDigest)
{
    private readonly string root = Path.Combine(FolderOfAll(environment.Home), planDigest);

    /// <summary>The name of the file that whoever works on a run holds.</summary>
    public const string LockFile = "turn";

    /// <summary>Where the runs of all plans lie.</summary>
    public static string FolderOfAll(MergeOpsHome home) => home["runs"];

    /// <summary>The merged model.</summary>
    public string Model => Path.Combine(root, "model");

    /// <summary>The plain average, while it is needed.</summary>
    public string Average => Path.Combine(root, "average");

    /// <summary>Models with their adapters applied, while they are needed.</summary>
    public string Applied => Path.Combine(root, "applied");

    /// <summary>The model once more, while a published one is compared with it.</summary>
    public string Rebuilt => Path.Combine(root, "rebuilt");

    /// <summary>The models of a search's points, two at most.</summary>
    public string Points => Path.Combine(root, "points");

    /// <summary>What a command found of a search's points.</summary>
    public string Results => Path.Combine(root, "results");

    /// <summary>What a streamed merge has on the disk: two files of the output at most.</summary>
    public string Streamed => Path.Combine(root, "streamed");

    /// <summary>The files beside the weights of a model that lies in memory.</summary>
    public string Beside => Path.Combine(root, "beside");

    /// <summary>What a search found of the loss around its points.</summary>
    public string Learned => Path.Combine(root, "learned");

    /// <summary>What a measurement has so far.</summary>
    public string Measured => Path.Combine(root, "measured");

    /// <summary>The files beside the weights of a preview, while it is published.</summary>
    public string Promoted => Path.Combine(root, "promoted");

    /// <summary>What commands made of the model after it passed.</summary>
    public string Derived => Path.Combine(root, "derived");

    /// <summary>What a scoring command writes.</summary>
    public string Scoring => Path.Combine(root, "scoring");

    /// <summary>The reports.</summary>
    public string Evaluation => Path.Combine(root, "evaluation");

    private string Passed => Path.Combine(root, "passed.json");

    /// <summary>Waits until no other process runs, evaluates, publishes or rebuilds this plan, and keeps others from it until the answer is disposed.</summary>
    /// <param name="tell">Hears once that there is somebody to wait for.</param>
    /// <param name="cancellation">Stops.</param>
    /// <exception cref="MergeOpsException">The disk does not allow it.</exception>
    public async Task<FileLock> LockAsync(Action<string> tell, CancellationToken cancellation)
    {
        var held = await OwnTurn.TakeAsync(environment.Home, root, LockFile, () => tell("waiting for another process with the same plan"), cancellation);
        held.Touch(environment.Now);
        return held;
    }

    /// <summary>Stands for everything that an evaluation of this plan depends on besides the plan.</summary>
    /// <param name="recipe">The recipe.</param>
    /// <param name="data">What it is measured on.</param>
    /// <param name="modelDigest">The digest of the merged tensors: one plan gives other bytes on a machine of another numeric class.</param>
    /// <param name="scoring">Where scores of another harness come from, or null.</param>
    /// <param name="published">The published version that it is compared with, or null.</param>
    /// <param name="digests">What is known of files.</param>
    public static string InputsOf(Recipe recipe, EvaluationData data, string modelDigest, ExternalScoring? scoring, PublishedModel? published, KnownDigests digests) =>
        CanonicalJson.Digest(new JsonObject
        {
            ["recipe"] = recipe.Text,
            ["name"] = recipe.ModelName,
            ["model"] = modelDigest,
            ["scorer"] = ScoreCache.ScorerVersion,
            ["program"] = typeof(RunFolder).Assembly.ManifestModule.ModuleVersionId.ToString(),
            ["chosen"] = recipe.Search?.Chosen,
            ["scoring"] = scoring?.ToJson(digests),
            ["published"] = published is null ? null : CanonicalJson.Digest(new JsonObject { ["files"] = published.Files.Write(), ["scores"] = published.Content.Evaluation }),
            ["data"] = new JsonArray([.. data.Tasks.Select(task => task.Digest).Concat(data.Texts.Select(text => text.Digest)).Select(digest => JsonValue.Create(digest))]),
        });

    /// <summary>What was shown when the same inputs passed before; null when they did not.</summary>
    public EvaluationView? FindPassed(string inputs)
    {
        return PlainFile.Recall(Passed) is { } text
            && PassedEvaluation.Read(text) is { } passed
            && passed.Inputs == inputs
            && passed.Reports == EvaluationFiles.DigestOf(Evaluation)
                ? passed.View
                : null;
    }

    /// <summary>Writes the reports; what passed before is forgotten first, since its reports are gone then.</summary>
    /// <exception cref="MergeOpsException">The disk does not allow it.</exception>
    public void Write(EvaluationReport report)
    {
        if (File.Exists(Passed))
        {
            WriteFailure.Guard(Passed, () => File.Delete(Passed));
        }

        OwnPlace.ClearForFolder(Evaluation);
        foreach (var file in EvaluationFiles.Names)
        {
            OwnPlace.ClearForFile(Path.Combine(Evaluation, file));
        }

        EvaluationFiles.Write(report, Evaluation);
    }

    /// <summary>Writes the reports, and remembers that these inputs passed when they did.</summary>
    /// <exception cref="MergeOpsException">The disk does not allow it.</exception>
    public void Remember(EvaluationReport report, string inputs)
    {
        Write(report);
        if (report.Passed)
        {
            OwnPlace.ClearForFile(Passed);
            DurableFile.WriteAllBytesAtomically(Passed, Encoding.UTF8.GetBytes(new PassedEvaluation(inputs, EvaluationView.Of(report), EvaluationFiles.DigestOf(Evaluation)).Write()));
        }
    }

    /// <summary>Removes the models that were made to be scored, whose scores are remembered now.</summary>
    public void DropScored()
    {
        DurableFolder.Remove(Average);
        DurableFolder.Remove(Applied);
    }
}

using MergeOps.Evaluation;
using MergeOps.Evaluation.Contract;

namespace MergeOps.Pipeline.Stages;

/// <summary>What an evaluation came to, as the line of its stage says it: how many of the models were measured, and on what.</summary>
internal sealed class EvaluationOutcome(EvaluationReport report)
{
    /// <summary>The words for a recipe that measures nothing.</summary>
    public const string NoTasks = "the recipe has no tasks";

    private readonly ModelResult? merged = report.Models.FirstOrDefault(model => model.Result.Role == ModelRole.Merged)?.Result;

    /// <summary>How the stage ended where that does not depend on what was remembered: nothing was asked for, or the merged model has no score.</summary>
    public StageEnd? End =>
        !HasData && report.External.IsEmpty ? StageEnd.NotAsked
        : (HasData && merged?.WhyNot is not null) || (!report.External.IsEmpty && ExternalScores == 0) ? StageEnd.Failed
        : null;

    /// <summary>One line for people.</summary>
    public string Summary => string.Join("; ", Parts());

    private bool HasData => !report.Data.Tasks.IsEmpty || !report.Data.Texts.IsEmpty;

    private int ExternalScores => report.External.Count(external => merged?.External.GetValueOrDefault(external.Figure)?.Value is not null);

    private IEnumerable<string> Parts()
    {
        if (HasData)
        {
            yield return merged?.WhyNot is { } whyNot ? $"the merged model has no scores: {whyNot}" : Measured();
        }

        if (!report.External.IsEmpty)
        {
            yield return Share(ExternalScores, report.External.Length, "external score");
        }

        if (!HasData && report.External.IsEmpty)
        {
            yield return NoTasks;
        }

        if (!HasData)
        {
            yield return $"{Quantity.Of(report.Checks.Length, "check")} of the files";
        }
    }

    private string Measured()
    {
        var tasks = report.Data.Tasks;
        return $"{Share(report.Models.Count(model => model.Result.WhyNot is null), report.Models.Length, "model")} on {Quantity.Of(tasks.Length, "task")} "
            + $"({Quantity.Of(tasks.Sum(task => task.Items.Length), "item")}) and {Quantity.Of(report.Data.Texts.Length, "text")}";
    }

    private static string Share(int part, int whole, string noun) =>
        part == whole ? Quantity.Of(whole, noun) : $"{Quantity.Count(part)} of {Quantity.Of(whole, noun)}";
}

using System.CommandLine;
using MergeOps.Analysis;
using MergeOps.Analysis.Pictures;
using MergeOps.Analysis.Reports;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops audit MODEL --parents A B</c>.</summary>
internal sealed class AuditVerb : Verb
{
    private const double UsualShare = 0.02;

    private readonly Argument<string> model = new("MODEL") { Description = "A model folder, or a model on the Hub: owner/name[@rev]" };
    private readonly Option<string[]> parents = new("--parents") { HelpName = "MODEL", Description = "Candidates (default: those in its card)", AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> baseModel = Inputs.Text("--base", "MODEL", "The candidate that task vectors start from");
    private readonly Option<string?> models = Inputs.Text("--models", "DIR", "Where local paths of its own recipe start");
    private readonly Option<double?> sample = Inputs.Share("--sample", "Read this share of the weights (default: 2%)");

    private readonly Option<string?> html = Inputs.Text("--html", "FILE", "Write a page");
    private readonly Option<string?> badge = Inputs.Text("--badge", "FILE", "Write an SVG badge for the model card");

    /// <summary>Creates the verb.</summary>
    public AuditVerb()
        : base("audit", VerbGroup.Look, "Find out which models a model was made from, and how")
    {
        Add(model);
        Add(parents);
        Add(baseModel);
        Add(models);
        Add(sample);
        Add(html);
        Add(badge);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["audit owner/merged-model --parents owner/one owner/two", "audit out/quickstart --base recipes/quickstart/base --parents recipes/quickstart/past"];

    /// <inheritdoc/>
    public override string Remarks => """
        Reads about 2 % of the model and of each candidate, from the Hub in ranges, and
        fits the model's tensors to theirs: which candidates are parents, with which
        coefficients, by which method, which tensors were copied or replaced, and what
        remains unexplained. If the model carries a recipe, it is checked against it,
        entry by entry.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        using var display = new StageDisplay(screen);
        var options = new AnalysisOptions { Sampling = new(arguments.GetValue(sample) ?? UsualShare, Seed: 0) };
        var report = await new AuditModel(screen.Environment, options, cancellation)
            .RunAsync(arguments.GetRequiredValue(model), arguments.GetValue(parents) ?? [], arguments.GetValue(baseModel), arguments.GetValue(models), display);
        OutputFile.Write(arguments.GetValue(html), () => AuditPage.Write(report));
        OutputFile.Write(arguments.GetValue(badge), () => AuditBadge.Write(report));
        if (screen.IsForMachines)
        {
            screen.Out.Write(AuditJson.Write(report));
            return ExitCode.Done;
        }

        screen.Out.WriteLine(WordWrap.Fold(AuditText.Verdict(report), 78));
        foreach (var line in AuditText.Details(report))
        {
            screen.Out.WriteLine(WordWrap.Fold(line, 78));
        }

        return ExitCode.Done;
    }
}

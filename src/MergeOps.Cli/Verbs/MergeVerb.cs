using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics;
using MergeOps.Merging;
using MergeOps.Pipeline.Scoring;
using MergeOps.Pipeline.Stages;
using MergeOps.Pipeline.Verbs;
using MergeOps.Planning;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops merge RECIPE --out DIR</c>.</summary>
internal sealed class MergeVerb : Verb
{
    private const int JsonVersion = 1;

    private readonly RecipeInputs recipe = new();
    private readonly Option<string> output = new("--out") { HelpName = "DIR", Description = "Output folder" };
    private readonly Option<bool> stream = new("--stream") { Description = "Read from the Hub and publish there, file by file" };
    private readonly Option<string?> to = Inputs.Text("--to", "TARGET", "With --stream: publish to hub:OWNER/NAME instead");
    private readonly SettingsInput settings = new("With --stream: settings file with signing and policy");
    private readonly EngineInputs engine = new();
    private readonly Option<bool> replace = new("--replace") { Description = "Replace an earlier merge in DIR" };
    private readonly Option<string[]> join = Inputs.Texts("--join", "PART...", "Join all these parts of the merge into DIR");
    private readonly Option<Partition?> partition = new("--partition")
    {
        HelpName = "I/N",
        Description = "Make one of N parts of the merge in DIR, such as 2/5",
        CustomParser = result => Partition.Parse(result.Tokens[0].Value)
            ?? Inputs.Refuse<Partition>(result, "--partition", $"takes a part and their number, such as 2/5; at most {Partition.Most} parts."),
    };

    /// <summary>Creates the verb.</summary>
    public MergeVerb()
        : base("merge", VerbGroup.Step, "Merge the models into a folder; resumes what was interrupted")
    {
        recipe.AddTo(this);
        Add(output);
        recipe.AddVariantTo(this);
        engine.AddTo(this);
        Add(replace);
        Add(partition);
        Add(join);
        Add(stream);
        Add(to);
        settings.AddTo(this);
        Add(Format);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "merge recipes/quickstart.yml --out out/quickstart",
        "merge recipes/quickstart.yml --out out/quickstart --threads 4 --max-memory 2GiB",
        "merge recipes/quickstart.yml --out parts/2 --partition 2/5",
        "merge recipes/quickstart.yml --out out/quickstart --join parts/*",
        "merge recipes/big.yml --stream --to hub:acme/big",
    ];

    /// <inheritdoc/>
    public override string Remarks => """
        No option changes a byte of a tensor; only the recipe does. The folder appears
        complete or not at all, and the same command resumes after an interruption.
        Each variant of a recipe gets a folder of its name in DIR.
        """;

    /// <inheritdoc/>
    public override Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        if (Mistake(arguments) is { } mistake)
        {
            screen.Report([Diagnostic.Error(Codes.UsageMistake, mistake)]);
            return Task.FromResult(ExitCode.Usage);
        }

        return recipe.EachAsync(arguments, screen, arguments.GetValue(to) is null ? null : "--to", (path, folder, screen) => MergeAsync(path, folder, arguments, screen, cancellation));
    }

    private string? Mistake(ParseResult arguments) =>
        arguments.GetValue(stream) ? MistakeOfStream(arguments)
        : arguments.GetValue(output) is null ? "Option --out DIR is required; only --stream does not need it."
        : arguments.GetValue(to) is not null ? "--to says where --stream publishes: give both, or use `publish` with --to."
        : settings.IsGiven(arguments) ? "--settings says who signs what --stream publishes: give both, or use `publish` with --settings."
        : arguments.GetValue(join) is not { Length: > 0 } ? null
        : arguments.GetValue(partition) is not null ? "--partition makes a part and --join joins parts: give one of them."
        : engine.HasShardSize(arguments) ? "--join keeps the files of the parts: leave --shard-size out."
        : null;

    private string? MistakeOfStream(ParseResult arguments) =>
        new Option[] { output, partition, join, replace }.FirstOrDefault(option => arguments.GetResult(option) is { Implicit: false }) is { } other
            ? $"--stream keeps no model on this machine: leave {other.Name} out."
            : null;

    private async Task<int> MergeAsync(string path, string variant, ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        DiagnosticBag mistakes = [];
        if (settings.Read(arguments, mistakes) is not { } commands)
        {
            screen.Report(mistakes);
            return ExitCode.Of(mistakes);
        }

        var options = engine.Options(arguments, Path.Combine(arguments.GetValue(output) ?? "", variant)) with { Replace = arguments.GetValue(replace) };
        var parts = arguments.GetValue(join)?.Select(part => Path.Combine(part, variant)).ToList() ?? [];
        var verb = new MergeRecipe(screen.Environment, options);
        var (planned, found) = parts.Count > 0 ? PlanRecipe.Run(screen.Environment, path) : verb.Plan(path);
        screen.Report(screen.IsVerbose ? found.Concat(found.Details) : found);
        if (planned is null)
        {
            return ExitCode.Of(found);
        }

        using var display = new StageDisplay(screen);
        return arguments.GetValue(stream) ? await StreamAsync(verb, planned, arguments.GetValue(to), commands, found, display, screen, cancellation)
            : arguments.GetValue(partition) is { } which ? await MakePartAsync(verb, planned, which, found, display, screen, cancellation)
            : parts.Count > 0 ? await JoinAsync(verb, planned, parts, found, display, screen, cancellation)
            : Show(await verb.RunAsync(planned, display, cancellation), found, screen);
    }

    private static async Task<int> MakePartAsync(
        MergeRecipe verb, PlannedRecipe planned, Partition which, DiagnosticBag found, StageDisplay display, Screen screen, CancellationToken cancellation)
    {
        var made = await verb.MakePartAsync(planned, which, display, cancellation);
        return Show(made.Folder, made.Notes, json => ResultJson.Write(json, made), found, screen);
    }

    private static async Task<int> JoinAsync(
        MergeRecipe verb, PlannedRecipe planned, List<string> parts, DiagnosticBag found, StageDisplay display, Screen screen, CancellationToken cancellation)
    {
        var wrong = new DiagnosticBag();
        if (await verb.JoinAsync(planned, parts, wrong, display, cancellation) is { } merged)
        {
            return Show(merged, found, screen);
        }

        screen.Report(wrong);
        return ExitCode.Of(wrong);
    }

    private static async Task<int> StreamAsync(
        MergeRecipe verb, PlannedRecipe planned, string? to, ExternalScoring commands, DiagnosticBag found, StageDisplay display, Screen screen, CancellationToken cancellation)
    {
        var ofStream = new DiagnosticBag();
        if (await verb.StreamAsync(planned, to, commands, ofStream, display, cancellation) is { } streamed)
        {
            return Show(
                streamed.Publication.Place,
                [.. ofStream, .. streamed.Publication.Notes],
                json =>
                {
                    ResultJson.Write(json, streamed.Model);
                    ResultJson.Write(json, streamed.Publication);
                },
                found,
                screen);
        }

        screen.Report(ofStream);
        return ExitCode.Of(ofStream);
    }

    private static int Show(MergedCheckpoint merged, DiagnosticBag found, Screen screen) =>
        Show(merged.Folder, merged.Notes, json => ResultJson.Write(json, merged), found, screen);

    private static int Show(string folder, IReadOnlyList<Diagnostic> notes, Action<Utf8JsonWriter> result, DiagnosticBag found, Screen screen)
    {
        screen.Report(notes.Where(note => !found.Contains(note)));
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                result(json);
                ResultJson.Write(json, found.Concat(notes).Distinct());
            });
        }
        else
        {
            screen.Out.WriteLine(folder);
        }

        return ExitCode.Done;
    }
}

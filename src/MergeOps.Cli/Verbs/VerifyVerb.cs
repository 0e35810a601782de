using System.CommandLine;
using System.Text.Json;
using MergeOps.Cli.CommandLine;
using MergeOps.Cli.Rendering;
using MergeOps.Diagnostics.Rendering;
using MergeOps.Pipeline.Verbs;

namespace MergeOps.Cli.Verbs;

/// <summary><c>mergeops verify DIR|REPO@REV</c>.</summary>
internal sealed class VerifyVerb : Verb
{
    private const int JsonVersion = 1;

    private readonly Argument<string> what = new("DIR|REPO") { Description = "A published folder, or OWNER/NAME[@REVISION] on the Hub" };
    private readonly Option<bool> rebuild = new("--rebuild") { Description = "Merge the published recipe again and compare every tensor" };
    private readonly Option<string?> key = Inputs.Text("--key", "FILE", "Public key in PEM that must have signed the model");
    private readonly Option<string?> models = Inputs.Text("--models", "DIR", "Folder where local models' paths start, for --rebuild");
    private readonly EngineInputs engine = new();

    /// <summary>Creates the verb.</summary>
    public VerifyVerb()
        : base("verify", VerbGroup.Look, "Compare a published model with its manifests")
    {
        Add(what);
        Add(key);
        Add(rebuild);
        Add(models);
        Add(Format);
        engine.AddTo(this);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
        ["verify published/quickstart/0.1.0", "verify published/quickstart/0.1.0 --rebuild --models recipes", "verify acme/quickstart@v0.1.0 --rebuild", "verify acme/quickstart@v0.1.0 --key acme.pub"];

    /// <inheritdoc/>
    public override string Remarks => """
        Compares every file by its SHA-256 and every tensor by its content digest, and
        allows no other files beside them. A signature (model.sig) must cover exactly
        these files; --key names the key that must have made it. --rebuild merges the
        published recipe and lock again; if that recipe merges local models, name the
        folder of the original recipe with --models. Exits with 1 when something
        differs.
        """;

    /// <inheritdoc/>
    public override async Task<int> RunAsync(ParseResult arguments, Screen screen, CancellationToken cancellation)
    {
        using var display = new StageDisplay(screen);
        var report = await new VerifyPublication(screen.Environment, display, cancellation) { ModelsFolder = arguments.GetValue(models), Key = arguments.GetValue(key) }.RunAsync(
            arguments.GetRequiredValue(what),
            arguments.GetValue(rebuild) ? engine.Options(arguments, output: "") : null);
        if (screen.IsForMachines)
        {
            JsonOutput.Write(screen.Out, JsonVersion, json =>
            {
                json.WriteBoolean("intact", report.IsIntact);
                json.WriteString("name", report.Name);
                json.WriteString("release", report.Release);
                json.WriteNumber("files", report.Files);
                json.WriteNumber("tensors", report.Tensors);
                if (report.Signature is { } signature)
                {
                    json.WriteStartObject("signature");
                    json.WriteString("keyHint", signature.Hint);
                    json.WritePropertyName("verified");
                    JsonSerializer.Serialize(json, signature.IsVerified, JsonSerializerOptions.Web);
                    json.WriteEndObject();
                }

                json.WritePropertyName("findings");
                JsonSerializer.Serialize(
                    json,
                    report.Findings.Select(finding => new { Code = finding.Code.Id, Severity = finding.Severity.Word(), finding.Span?.Path, finding.Detail }),
                    JsonSerializerOptions.Web);
            });
        }
        else
        {
            screen.WriteFindings(report.Findings);
        }

        screen.Tell(report.IsIntact ? "Everything matches its manifests." : "Does not match its manifests.");
        return ExitCode.Of(report.Findings);
    }
}

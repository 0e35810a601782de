using MergeOps.TestGitHub.Runner;
using MergeOps.TestGitHub.Storage;
using MergeOps.TestGitHub.Workflows.Actions;

namespace MergeOps.TestGitHub.Workflows;

/// <summary>The steps of a job on a machine, in folders of their own that are gone afterwards.</summary>
/// <param name="scope">The run.</param>
/// <param name="workflow">The workflow.</param>
/// <param name="job">How the job is written.</param>
/// <param name="stored">The job.</param>
/// <param name="contexts">What its expressions see.</param>
/// <param name="permissions">What its token may do.</param>
/// <param name="environment">Its environment, or null.</param>
internal sealed class JobSteps(
    RunScope scope, WorkflowFile workflow, WorkflowJob job, StoredJob stored, Dictionary<string, object?> contexts, Dictionary<string, string> permissions, string? environment)
{
    // what belongs to whoever started this program, or to a run around it
    private static readonly string[] Foreign = ["HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "GH_TOKEN", "GH_ENTERPRISE_TOKEN", "GIT_ASKPASS", "GIT_DIR", "GIT_WORK_TREE"];

    /// <summary>Runs them.</summary>
    /// <returns>Whether none failed, and the job's outputs.</returns>
    public (bool Succeeded, IReadOnlyDictionary<string, string> Outputs) Run(CancellationToken cancellation)
    {
        var server = scope.Service.Server;
        var folder = Directory.CreateDirectory(Path.Combine(scope.Service.Options.Root, ".jobs", $"{scope.Run.Id}-{stored.Id}")).FullName;
        var workspace = Directory.CreateDirectory(Path.Combine(folder, "work", scope.Cause.Repository.Name, scope.Cause.Repository.Name)).FullName;
        var machine = new Machine(workspace, Path.Combine(folder, "temp"), Path.Combine(scope.Service.Options.Root, ".tools")) { Given = Given() };
        Directory.CreateDirectory(machine.Temporary);
        var token = server.Tokens.AddForJob(scope.Cause.Repository.FullName, permissions);
        var oidc = permissions.GetValueOrDefault("id_token") == "write" ? server.Identities.Add(Claims()) : null;
        var progress = new JobProgress { Variables = VariablesOf(folder, oidc), Cancellation = cancellation };
        progress.Paths.Add(GhStandIn.In(machine.ToolCache));
        progress.Log.Mask(token.Value);
        try
        {
            var github = new Dictionary<string, object?>(scope.GitHub(), StringComparer.OrdinalIgnoreCase) { ["token"] = token.Value, ["workspace"] = workspace, ["job"] = job.Name };
            var secrets = scope.Cause.IsOfFork ? [] : server.Secrets.ToDictionary(pair => pair.Key, pair => (object?)pair.Value, StringComparer.OrdinalIgnoreCase);
            foreach (var secret in secrets.Values)
            {
                progress.Log.Mask((string)secret!);
            }

            secrets["GITHUB_TOKEN"] = token.Value;
            var all = new Dictionary<string, object?>(contexts, StringComparer.OrdinalIgnoreCase) { ["github"] = github, ["secrets"] = secrets };
            var within = new JobScope(server, scope.Run, token, machine, progress, scope.Service.Options.Root);
            var sequence = new StepSequence(machine, progress, all, new Dictionary<string, string?>())
            {
                Use = call => ActionCatalog.Use(within, github, call),
                Begins = step => progress.Log.Take($"##[group]{step.Title}"),
            };
            Take(progress, Yaml.Texts(workflow.Root, "env"), sequence);
            Take(progress, Yaml.Texts(job.Node, "env"), sequence);
            sequence.Run(job.Steps.Select(ActionStep.Read));
            if (!sequence.Succeeded)
            {
                Explain(progress.Log);
            }

            return (sequence.Succeeded, Yaml.Texts(job.Node, "outputs").ToDictionary(output => output.Key, output => sequence.Fill(output.Value)));
        }
        finally
        {
            server.Tokens.Revoke(token);
            server.Identities.Remove(oidc);
            (stored.Log, stored.Summary) = (stored.Log + progress.Log.Text, progress.Summary);
            Keep();
            Directory.Delete(folder, recursive: true);
        }
    }

    private static void Take(JobProgress progress, IReadOnlyDictionary<string, string> variables, StepSequence sequence)
    {
        foreach (var (name, value) in variables)
        {
            progress.Variables[name] = sequence.Fill(value);
        }
    }

    private void Explain(RunnerLog log)
    {
        foreach (var error in log.Commands.Where(command => command.Name == "error"))
        {
            scope.Say(stored.Name, error.Data);
        }

        scope.Say(stored.Name, $"the log: {LogFile}");
    }

    private string LogFile => Path.Combine(scope.Service.Options.Root, ".logs", $"{scope.Run.Id}-{stored.Id}.txt");

    private void Keep()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(LogFile)!);
        File.WriteAllText(LogFile, $"{scope.Run.Workflow} #{scope.Run.Id}, {stored.Name}\n{stored.Log}\n");
        if (stored.Summary.Length > 0)
        {
            File.WriteAllText(Path.ChangeExtension(LogFile, ".summary.md"), stored.Summary);
        }
    }

    private Dictionary<string, string?> Given()
    {
        var given = Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Where(name => name.StartsWith("GITHUB_", StringComparison.Ordinal) || name.StartsWith("ACTIONS_", StringComparison.Ordinal) || Foreign.Contains(name))
            .ToDictionary(name => name, _ => (string?)null);
        foreach (var (name, value) in scope.Service.Options.Environment)
        {
            given[name] = value;
        }

        return given;
    }

    private Dictionary<string, string?> VariablesOf(string folder, string? oidc)
    {
        var file = Path.Combine(folder, "event.json");
        File.WriteAllText(file, scope.Cause.Payload.ToJsonString());
        var variables = scope.GitHub().Where(pair => pair.Value is string).ToDictionary(pair => $"GITHUB_{pair.Key.ToUpperInvariant()}", pair => (string?)pair.Value);
        variables["GITHUB_EVENT_PATH"] = file;
        variables["GITHUB_JOB"] = job.Name;
        variables["RUNNER_NAME"] = "local";
        variables["RUNNER_ENVIRONMENT"] = "self-hosted";
        if (oidc is not null)
        {
            variables["ACTIONS_ID_TOKEN_REQUEST_URL"] = $"{scope.Service.Server.Root.AbsoluteUri.TrimEnd('/')}{Http.WorkflowIdentities.Path}?api-version=2.0";
            variables["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = oidc;
        }

        return variables;
    }

    private Dictionary<string, string> Claims()
    {
        var repository = scope.Cause.Repository;
        var claims = new Dictionary<string, string>
        {
            ["sub"] = environment is null ? $"repo:{repository.FullName}:ref:{scope.Cause.Reference}" : $"repo:{repository.FullName}:environment:{environment}",
            ["repository"] = repository.FullName,
            ["repository_owner"] = repository.Owner,
            ["repository_visibility"] = repository.IsPrivate ? "private" : "public",
            ["ref"] = scope.Cause.Reference,
            ["sha"] = scope.Cause.Sha,
            ["event_name"] = scope.Cause.Name,
            ["actor"] = scope.Cause.Actor,
            ["workflow"] = scope.Run.Workflow,
            ["workflow_ref"] = scope.WorkflowReference,
            ["run_id"] = $"{scope.Run.Id}",
            ["run_attempt"] = "1",
            ["runner_environment"] = "self-hosted",
        };
        if (environment is not null)
        {
            claims["environment"] = environment;
        }

        return claims;
    }
}

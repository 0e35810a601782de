using MergeOps.TestGitHub.Runner;

namespace MergeOps.TestGitHub.Workflows.Actions;

/// <summary>What stands behind <c>uses</c>: local equivalents of GitHub's own actions, and composite actions of repositories that are here.</summary>
internal static class ActionCatalog
{
    /// <summary>Carries a step out.</summary>
    /// <exception cref="NotSupportedException">The action, or an input of it, is not known.</exception>
    public static (bool Succeeded, IReadOnlyDictionary<string, string> Outputs) Use(JobScope job, IReadOnlyDictionary<string, object?> github, StepCall call)
    {
        var uses = call.Step.Uses!;
        if (uses.StartsWith("./", StringComparison.Ordinal))
        {
            return Run(job, github, call, job.PathOf(uses), null);
        }

        return uses.Split('@') switch
        {
            ["actions/checkout", _] => Checkout.Run(job, call),
            ["actions/upload-artifact", _] => Artifacts.Upload(job, call),
            ["actions/download-artifact", _] => Artifacts.Download(job, call),
            ["actions/setup-dotnet", _] => SetupDotnet(job, call),
            [var action, var reference] => OfRepository(job, github, call, action, reference),
            _ => throw new NotSupportedException($"uses: {uses}"),
        };
    }

    private static (bool Succeeded, IReadOnlyDictionary<string, string> Outputs) OfRepository(
        JobScope job, IReadOnlyDictionary<string, object?> github, StepCall call, string action, string reference)
    {
        if (action.Split('/') is not [var owner, var name, .. var below] || job.Server.Find(owner, name) is not { } repository)
        {
            throw new NotSupportedException($"the action {action}: it is none of those that are replaced here, and this GitHub has no such repository");
        }

        if (repository.Git.Resolve(reference) is not { } commit)
        {
            return job.Fail($"Unable to resolve action `{action}@{reference}`, unable to find version `{reference}`");
        }

        var folder = Path.Combine(job.Root, ".actions", owner, name, commit);
        lock (repository)
        {
            if (!Directory.Exists(folder))
            {
                repository.Git.Export(commit, folder + ".part");
                Directory.Move(folder + ".part", folder);
            }
        }

        return Run(job, github, call, Path.Combine([folder, .. below]), reference);
    }

    private static (bool Succeeded, IReadOnlyDictionary<string, string> Outputs) Run(
        JobScope job, IReadOnlyDictionary<string, object?> github, StepCall call, string folder, string? reference)
    {
        if (!File.Exists(Path.Combine(folder, "action.yml")))
        {
            return job.Fail($"Can't find 'action.yml' for `{call.Step.Uses}`.");
        }

        var variables = new Dictionary<string, string?>(call.Variables) { ["GITHUB_ACTION_REF"] = reference };
        return new ActionRunner(folder, job.Machine.Workspace, job.Machine.Temporary)
            .Run(job.Machine, job.Progress, github, call.With, variables, inner => Use(job, github, inner));
    }

    // the machine's own SDK stands for the one that the action would fetch
    private static (bool Succeeded, IReadOnlyDictionary<string, string> Outputs) SetupDotnet(JobScope job, StepCall call)
    {
        JobScope.Refuse(call, "dotnet-version");
        var wanted = call.With.GetValueOrDefault("dotnet-version", "").Split('.')[0];
        var (succeeded, _) = Script.Run(
            job.Machine, job.Progress, $"dotnet --list-sdks | grep '^{wanted}\\.' || {{ echo '::error::this machine has no .NET SDK {wanted}, and none is fetched here'; exit 1; }}", "bash", job.Machine.Workspace, call.Variables);
        return (succeeded, new Dictionary<string, string>());
    }
}

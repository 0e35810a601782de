using System.Text;
using MergeOps.TestGitHub.Runner;

namespace MergeOps.TestGitHub.Workflows.Actions;

/// <summary>Stands for <c>actions/checkout</c>: the same git over HTTP with the job's token, so what the token may not read is not checked out.</summary>
internal static class Checkout
{
    /// <summary>Carries it out.</summary>
    public static (bool Succeeded, IReadOnlyDictionary<string, string> Outputs) Run(JobScope job, StepCall call)
    {
        JobScope.Refuse(call, "persist-credentials", "fetch-depth", "path", "token");
        var depth = call.With.GetValueOrDefault("fetch-depth", "1");
        var token = call.With.GetValueOrDefault("token", job.Token.Value);
        var header = $"AUTHORIZATION: basic {Convert.ToBase64String(Encoding.ASCII.GetBytes($"x-access-token:{token}"))}";
        job.Progress.Log.Mask(header.Split(' ')[^1]);
        var variables = new Dictionary<string, string?>
        {
            ["FOLDER"] = Directory.CreateDirectory(job.PathOf(call.With.GetValueOrDefault("path", ""))).FullName,
            ["ADDRESS"] = $"{job.Server.Root.AbsoluteUri.TrimEnd('/')}/{job.Cause.Repository.FullName}",
            ["SERVER"] = job.Server.Root.AbsoluteUri,
            ["HEADER"] = header,
            ["KEEP"] = call.With.GetValueOrDefault("persist-credentials", "true"),
            ["DEPTH"] = depth,
            ["SHA"] = job.Cause.Sha,
            ["BRANCH"] = job.Cause.Reference.StartsWith("refs/heads/", StringComparison.Ordinal) ? job.Cause.Reference["refs/heads/".Length..] : "",
            ["REFERENCE"] = job.Cause.Reference,
            ["GIT_CONFIG_GLOBAL"] = OperatingSystem.IsWindows() ? "NUL" : "/dev/null",
            ["GIT_CONFIG_NOSYSTEM"] = "1",
            ["GIT_TERMINAL_PROMPT"] = "0",
        };
        var (succeeded, _) = Script.Run(
            job.Machine,
            job.Progress,
            """
            cd -- "$FOLDER"
            git init --quiet --initial-branch=main
            git remote add origin "$ADDRESS"
            git config --local "http.$SERVER.extraheader" "$HEADER"
            if [ "$DEPTH" = 0 ]; then
              git fetch --quiet --prune --tags origin '+refs/heads/*:refs/remotes/origin/*' "+$SHA:refs/remotes/pull/checkout"
            else
              git fetch --quiet --no-tags --depth="$DEPTH" origin "+$SHA:refs/remotes/pull/checkout"
            fi
            if [ -n "$BRANCH" ]; then
              git checkout --quiet -B "$BRANCH" "$SHA"
            else
              git update-ref "refs/remotes/${REFERENCE#refs/}" "$SHA"
              git checkout --quiet --detach "$SHA"
            fi
            [ "$KEEP" = true ] || git config --local --unset-all "http.$SERVER.extraheader"
            git log -1 --format='HEAD is now at %h %s'
            """,
            "bash",
            job.Machine.Workspace,
            variables);
        return (succeeded, new Dictionary<string, string> { ["ref"] = job.Cause.Reference, ["commit"] = job.Cause.Sha });
    }
}

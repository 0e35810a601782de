namespace MergeOps.TestGitHub.Workflows;

/// <summary>
/// Stands for <c>gh</c> on the path of every job, because GitHub's own speaks with no server over plain HTTP. It answers the
/// one question that workflows here ask, and refuses every other one.
/// </summary>
internal static class GhStandIn
{
    private const string Text = """
        #!/usr/bin/env bash
        set -euo pipefail
        question='--json isCrossRepository,state --jq .isCrossRepository and .state != "MERGED"'
        if [ "$#" != 7 ] || [ "$1 $2" != "pr view" ] || [ "$4 $5 $6 $7" != "$question" ]; then
          echo "gh: the one on this machine does not know: gh $*" >&2
          exit 1
        fi
        curl --silent --show-error --fail-with-body --header "Authorization: Bearer $GH_TOKEN" "$GITHUB_API_URL/repos/$GH_REPO/pulls/$3" \
          | jq '(.head.repo.full_name != .base.repo.full_name) and (.merged | not)'

        """;

    /// <summary>The folder with it, below one of tools.</summary>
    public static string In(string tools)
    {
        var file = Path.Combine(Directory.CreateDirectory(Path.Combine(tools, "bin")).FullName, "gh");
        lock (Text)
        {
            if (!File.Exists(file))
            {
                File.WriteAllText(file, Text);
                if (!OperatingSystem.IsWindows())
                {
                    File.SetUnixFileMode(file, File.GetUnixFileMode(file) | UnixFileMode.UserExecute);
                }
            }
        }

        return Path.GetDirectoryName(file)!;
    }
}

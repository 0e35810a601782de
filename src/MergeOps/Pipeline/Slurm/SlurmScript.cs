using System.Globalization;
using System.Text;

namespace MergeOps.Pipeline.Slurm;

/// <summary>
/// A script for Slurm that merges a recipe in parts: an array of jobs, one for each part, and the job that joins them, which is
/// task 0 of the same script. Given to <c>sbatch</c>, the first part submits that job; given to <c>bash</c>, the script submits both.
/// </summary>
/// <param name="Name">The merged model's name.</param>
/// <param name="PlanDigest">The plan.</param>
/// <param name="Recipe">The recipe with its variant, absolute.</param>
/// <param name="Output">The folder of the merged model, absolute.</param>
/// <param name="Partitions">How many parts.</param>
/// <param name="Threads">Worker threads of each.</param>
/// <param name="Memory">Bytes that each may take.</param>
internal sealed record SlurmScript(string Name, string PlanDigest, string Recipe, string Output, int Partitions, int Threads, long Memory)
{
    /// <summary>The folder of the parts.</summary>
    public string Parts => Output + ".parts";

    /// <summary>More options of the merge of each part, as on its command line.</summary>
    public IReadOnlyList<string> Options { get; init; } = [];

    /// <summary>More options of <c>sbatch</c>, such as <c>--time=02:00:00</c>.</summary>
    public IReadOnlyList<string> Directives { get; init; } = [];

    /// <summary>Whether an option of <c>sbatch</c> is one that the script stands on: which tasks there are, and which job waits for which.</summary>
    public static bool IsOwn(string directive) =>
        directive.Split('=')[0] is "--array" or "--dependency" or "--kill-on-invalid-dep" or "--wrap"
        || (directive is ['-', 'a' or 'd', ..] && !directive.StartsWith("--", StringComparison.Ordinal));

    /// <summary>The script.</summary>
    public string Text()
    {
        var text = new StringBuilder($"""
            #!/bin/bash
            # Merges {JobName} (plan {PlanDigest[..12]}) in parts, and joins them when all are made: `sbatch FILE` or `bash FILE`.
            # Every node must reach the recipe, its models and the folder of the output. MERGEOPS_PATH names the program.
            #SBATCH --job-name=mergeops-{JobName}
            #SBATCH --array=1-{Count(Partitions)}
            #SBATCH --cpus-per-task={Count(Threads)}
            #SBATCH --mem={Count((Memory + (1 << 20) - 1) >> 20)}M
            #SBATCH --requeue
            #SBATCH --open-mode=append

            """);
        foreach (var directive in Directives)
        {
            text.Append(CultureInfo.InvariantCulture, $"#SBATCH {Directive(directive)}\n");
        }

        text.Append($$"""
            set -u
            recipe={{Quoted(Recipe)}}
            output={{Quoted(Output)}}
            parts={{Quoted(Parts)}}
            options=({{string.Join(' ', Options.Select(Quoted))}})
            count={{Count(Partitions)}}
            mergeops=${MERGEOPS_PATH:-mergeops}

            # the job that joins waits for all parts, and is removed when one of them fails for good
            join_after() {
              sbatch --parsable --array=0 --dependency="afterok:$1" --kill-on-invalid-dep=yes "$0"
            }

            if [ -z "${SLURM_ARRAY_TASK_ID:-}" ]; then
              job=$(sbatch --parsable --export=ALL,MERGEOPS_JOINED=1 "$0") && join_after "${job%%;*}"
              exit
            fi

            if [ "$SLURM_ARRAY_TASK_ID" -eq 0 ]; then
              folders=()
              for ((i = 1; i <= count; i++)); do folders+=("$parts/$i"); done
              exec "$mergeops" merge "$recipe" --out "$output" --join "${folders[@]}"
            fi

            if [ "$SLURM_ARRAY_TASK_ID" -eq 1 ] && [ "${SLURM_RESTART_COUNT:-0}" -eq 0 ] && [ -z "${MERGEOPS_JOINED:-}" ]; then
              join_after "$SLURM_ARRAY_JOB_ID" || { echo "cannot submit the job that joins; run: bash FILE" >&2; exit 1; }
            fi

            code=0
            "$mergeops" merge "$recipe" --partition "$SLURM_ARRAY_TASK_ID/$count" --out "$parts/$SLURM_ARRAY_TASK_ID" --threads "${SLURM_CPUS_PER_TASK:-1}" "${options[@]}" || code=$?

            # a failure of the machine, or a kill: the part continues where it stopped, perhaps on another node
            if { [ "$code" -eq 3 ] || [ "$code" -eq 137 ]; } && [ "${SLURM_RESTART_COUNT:-0}" -lt 3 ]; then
              scontrol requeue "$SLURM_JOB_ID"
            fi
            exit "$code"

            """);
        return text.ToString().ReplaceLineEndings("\n");
    }

    // what Slurm prints in tables and paths
    private string JobName => string.Concat(Name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-' ? letter : '-'));

    // sbatch splits the line at spaces and ends it at a number sign, except between quotes
    private static string Directive(string text) => text.All(letter => char.IsAsciiLetterOrDigit(letter) || "-_=:.,/+@%[]".Contains(letter, StringComparison.Ordinal))
        ? text
        : $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Count(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Quoted(string text) => $"'{text.Replace("'", """'\''""", StringComparison.Ordinal)}'";
}

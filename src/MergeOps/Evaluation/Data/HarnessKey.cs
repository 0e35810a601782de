using System.Collections.Immutable;

namespace MergeOps.Evaluation.Data;

/// <summary>What becomes of a key of lm-evaluation-harness's task files.</summary>
internal enum HarnessUse
{
    /// <summary>It does what it does there.</summary>
    Applied,

    /// <summary>It changes nothing of what is measured here.</summary>
    ReadPast,

    /// <summary>A file with it is refused.</summary>
    Refused,
}

/// <summary>A key of lm-evaluation-harness's task files.</summary>
/// <param name="Name">The key.</param>
/// <param name="Use">What becomes of it.</param>
/// <param name="Help">How it is applied, why it can be left out, or why it is refused; in a line that ends without a full stop.</param>
internal sealed record HarnessKey(string Name, HarnessUse Use, string Help)
{
    /// <summary>Every key that is known.</summary>
    public static ImmutableArray<HarnessKey> All { get; } =
    [
        new("output_type", HarnessUse.Applied, "`multiple_choice` for tasks of the kind `multiple_choice`, `loglikelihood` for those of `exact_match` or `loss`, `loglikelihood_rolling` for those of `perplexity`"),
        new("include", HarnessUse.Applied, "a file or a list of files, relative to this one, whose keys apply where this file says nothing; in a list the first file wins"),
        new("dataset_path", HarnessUse.Applied, "`json` or `csv`: data sets are local files"),
        new("dataset_kwargs", HarnessUse.Applied, "`data_files` alone: a path, or a mapping of splits to paths, relative to this file"),
        new("test_split", HarnessUse.Applied, "the split that is measured"),
        new("validation_split", HarnessUse.Applied, "the split that is measured where there is no `test_split`"),
        new("doc_to_text", HarnessUse.Applied, "the name of a field, or a template; `loglikelihood_rolling` has no prompts"),
        new("doc_to_target", HarnessUse.Applied, "the name of a field, or a template; with choices a number, too"),
        new("doc_to_choice", HarnessUse.Applied, "the name of a field, a list of texts, or a template that is one expression"),
        new("target_delimiter", HarnessUse.Applied, "with choices, unless the recipe's task says otherwise"),
        new("description", HarnessUse.Applied, "a template, which is put before each prompt with nothing in between; `loglikelihood_rolling` has no prompts"),
        new("num_fewshot", HarnessUse.Applied, "0 alone"),
        new("repeats", HarnessUse.Applied, "1 alone"),
        new("metric_list", HarnessUse.Applied, "`acc`, `acc_norm` and `acc_bytes` of `multiple_choice`; `acc` of `exact_match`, as `accuracy`; `perplexity` of `loss`; `word_perplexity`, `byte_perplexity` and `bits_per_byte` of `perplexity`; with the harness's own `aggregation` and `higher_is_better`. A kind measures all of its metrics, listed or not; where a file lists metrics of two kinds (`acc` and `perplexity` of `loglikelihood`), name it in a task of each"),
        new("metadata", HarnessUse.Applied, "`version` is part of the task's digest; the rest is ignored"),
        new("task", HarnessUse.ReadPast, "the recipe names the task"),
        new("task_alias", HarnessUse.ReadPast, "the recipe names the task"),
        new("tag", HarnessUse.ReadPast, "tasks are named one by one"),
        new("dataset_name", HarnessUse.ReadPast, "local files have no configurations"),
        new("training_split", HarnessUse.ReadPast, "there are no examples in prompts"),
        new("fewshot_split", HarnessUse.ReadPast, "there are no examples in prompts"),
        new("fewshot_delimiter", HarnessUse.ReadPast, "there are no examples in prompts"),
        new("should_decontaminate", HarnessUse.ReadPast, "it changes no figure"),
        new("doc_to_decontamination_query", HarnessUse.ReadPast, "it changes no figure"),
        new("generation_kwargs", HarnessUse.Refused, "nothing is generated"),
        new("filter_list", HarnessUse.Refused, "answers are likelihoods, which no filter changes"),
        new("fewshot_config", HarnessUse.Refused, "prompts hold no examples"),
        new("group", HarnessUse.Refused, "name the group's tasks one by one"),
        new("process_docs", HarnessUse.Refused, "it is Python"),
        new("process_results", HarnessUse.Refused, "it is Python"),
        new("custom_dataset", HarnessUse.Refused, "it is Python"),
        new("class", HarnessUse.Refused, "it is Python"),
        new("use_prompt", HarnessUse.Refused, "it takes the prompt from another package"),
        new("gen_prefix", HarnessUse.Refused, "what it puts before answers differs between versions of the harness"),
        new("doc_to_image", HarnessUse.Refused, "models read text"),
        new("doc_to_audio", HarnessUse.Refused, "models read text"),
        new("unsafe_code", HarnessUse.Refused, "nothing that a model writes is run"),
    ];

    /// <summary>The keys as rows of a table in Markdown.</summary>
    public static string Table => string.Concat(All.Select(key =>
        $"| `{key.Name}` | {key.Use switch { HarnessUse.Applied => "applied", HarnessUse.ReadPast => "ignored", _ => "refused" }} | {key.Help} |\n"));
}

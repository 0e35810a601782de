using System.Text.Json.Nodes;
using MergeOps.Diagnostics;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Terms;
using MergeOps.Recipes.Validation;
using MergeOps.Search.Contract;
using MergeOps.Sources.Statistics;
using MergeOps.Tensors;
using MergeOps.Tests.Planning;
using MergeOps.Tests.Sources.Statistics;
using MergeOps.Tests.Tokenizers;
using Xunit;

namespace MergeOps.Tests.Recipes.Declarations;

/// <summary>Every key of a recipe, changed by itself: the plan's digest and the terms of an approval move as the key declares, and not otherwise.</summary>
public sealed class AffectsTests : PlanningTests
{
    private const string Models3 = """
        name: small
        version: 1.0.0
        description: A small one.
        merge_method: dare_ties
        base_model: ./a
        models:
          - model: ./b
            parameters: { weight: 0.5 }
          - model: { model: { path: ./c } }
            parameters:
              weight:
                - filter: mlp
                  value: 0.3
                - value: 0.6
        parameters: { density: 0.5 }
        dtype: bfloat16
        out_dtype: float32
        seed: 1
        shard_size: 5GB
        allow_different_architectures: false
        allow_non_finite: [lm_head]
        accept:
          MOPS431: { reason: as meant, digest: 0123abcd }
        evaluate:
          tasks:
            - { name: sums, data: sums.jsonl, expert: ./b, benchmark: { dataset: acme/sums, task: addition } }
          texts:
            - { name: prose, data: prose.txt }
          external:
            - { name: hellaswag, task: hellaswag_de, metric: acc, benchmark: { dataset: acme/hellaswag, task: german, percent: false } }
          dtype: float32
        gates:
          - { metric: sums.accuracy, min: 0.5 }
          - { metric: prose.loss, max: 3, against: base }
          - { metric: prose.loss, not_worse_than: best_parent, margin: 0.01 }
          - { metric: analysis.cosine, pair: [./b, ./c], sample: 0.05, min: 0.1 }
        publish: { hub: acme/small, branch: next, pull_request: true, visibility: private }

        """;

    private const string Slices = """
        merge_method: nuslerp
        base_model: ./a
        slices:
          - sources:
              - model: ./b
                layer_range: [0, 2]
                parameters: { weight: 0.5 }
              - model: ./c
                layer_range: [0, 2]
                parameters: { weight: 0.75 }
            base_model: ./a
            parameters: { nuslerp_flatten: true }
        publish: { folder: out, derived: [{ name: onnx, command: to-onnx, files: onnx/**, check: try-onnx, to: out-onnx }] }

        """;

    private const string Prompts = """
        merge_method: moe
        base_model: ./moe-m
        gate_mode: cheap_embed
        experts:
          - { source_model: ./moe-m, positive_prompts: ["<for>"], negative_prompts: ["<against>"] }
          - { source_model: ./moe-n, positive_prompts: ["<third>"] }

        """;

    private static readonly string Hidden = Prompts.Replace("gate_mode: cheap_embed", "gate_mode: hidden\nbase_statistics: { gates: measured/moe1.gates.safetensors }", StringComparison.Ordinal);

    private const string Mixture = """
        merge_method: moe
        base_model: ./moe-m
        gate_mode: random
        experts:
          - { source_model: ./moe-m }
          - { source_model: ./moe-n }
        experts_per_token: 2

        """;

    private const string Series = """
        merge_method: linear
        models:
          glob: ./?
          parameters: { weight: 0.5 }

        """;

    private const string Modules = """
        merge_method: linear
        modules:
          default:
            models:
              - model: ./b
                parameters: { weight: 0.5 }
              - model: ./c
                parameters: { weight: 0.5 }
            parameters: { normalize: true }

        """;

    private const string ModuleOfSlices = """
        merge_method: passthrough
        modules:
          default:
            slices:
              - sources:
                  - model: ./b
                    layer_range: [0, 2]

        """;

    private const string Overrides = """
        merge_method: passthrough
        slices:
          - sources: [{ model: ./b, layer_range: [0, 1] }]
          - sources: [{ model: ./c, layer_range: [1, 2] }]
        architecture_overrides:
          tensors:
            - { tensor: model.norm.weight, place: before_layers }
            - { tensor: lm_head.weight, role: head }

        """;

    private const string Copies = """
        merge_method: passthrough
        models:
          - model: ./b
        architecture_overrides:
          tensors:
            - { tensor: lm_head.weight, copy_of: model.embed_tokens.weight }

        """;

    private const string Stages = """
        merge_method: linear
        models:
          - model: ./stages
            parameters: { weight: [0.25, 0.5] }
        parameters: { normalize: false }
        architecture_overrides:
          layers: [stages.N.blocks]

        """;

    private const string Names = """
        merge_method: linear
        models:
          - model: ./first
            parameters: { weight: 0.25 }
          - model: ./second
            parameters: { weight: 0.25 }
          - model: ./third
            parameters: { weight: 0.5 }
        architecture_overrides:
          names:
            - { model: ./second, from: one, to: first }
            - { model: ./second, from: two, to: second }
            - { model: ./third, from: two, to: first }
            - { model: ./third, from: one, to: second }

        """;

    private const string OneFirst = "{ model: ./second, from: one, to: first }\n    - { model: ./second, from: two, to: second }\n";
    private const string OfThird = "    - { model: ./third, from: two, to: first }\n    - { model: ./third, from: one, to: second }\n";
    private const string TwoFirst = "{ model: ./second, from: two, to: first }\n    - { model: ./second, from: one, to: second }\n";

    private const string Adapter = """
        merge_method: task_arithmetic
        base_model: ./a
        models:
          - model: ./b
            parameters: { weight: 0.5 }
        output:
          lora: { rank: 2, alpha: 4, space: full, target_modules: [q_proj, up_proj], exclude_modules: [0.mlp.up_proj], modules_to_save: [norm], bias: none }

        """;

    private const string Filler = "merge_method: linear\nmodels:\n  - model: ./b\n    parameters: { weight: 1 }\n";

    private const string Measured = """
        merge_method: fisher
        models:
          - { model: ./b, statistics: measured/b1.fisher.safetensors }
          - { model: ./c, statistics: measured/c1.fisher.safetensors }

        """;

    private const string Relaxed = """
        merge_method: task_arithmetic
        base_model: ./a
        base_statistics: measured/a1.activation.safetensors
        models: [{ model: ./b, parameters: { weight: 1 } }]
        post: [{ aim: { omega: 0.4 } }]

        """;

    private const string Calibrated = Filler + "calibration: { data: prose.txt, items: 2, chat: true, max_length: 16, variant: exact, labels: [one, two], target_delimiter: '', seed: 1 }\n";

    /// <summary>For each key a recipe and the change of its value.</summary>
    private static readonly Dictionary<string, (string Recipe, string From, string To)> Changes = new()
    {
        ["recipe.post"] = (Relaxed, "omega: 0.4", "omega: 0.5"),
        ["recipe.base_statistics"] = (Relaxed, "base_statistics: measured/a1.", "base_statistics: measured/a2."),
        ["statistics.activation"] = (Relaxed.Replace("measured/a1.activation.safetensors", "{ activation: measured/a1.activation.safetensors }", StringComparison.Ordinal), "activation: measured/a1.", "activation: measured/a2."),
        ["model.statistics"] = (Measured, "statistics: measured/b1.", "statistics: measured/b2."),
        ["statistics.fisher"] = (Measured.Replace("measured/b1.fisher.safetensors", "{ fisher: measured/b1.fisher.safetensors }", StringComparison.Ordinal), "fisher: measured/b1.", "fisher: measured/b2."),
        ["statistics.gates"] = (Hidden, "gates: measured/moe1.", "gates: measured/moe2."),
        ["statistics.gram"] = (
            Measured.Replace("merge_method: fisher", "merge_method: regmean", StringComparison.Ordinal).Replace("measured/b1.fisher.safetensors", "{ gram: measured/b1.gram.safetensors }", StringComparison.Ordinal).Replace("measured/c1.fisher", "measured/c1.gram", StringComparison.Ordinal),
            "gram: measured/b1.",
            "gram: measured/b2."),
        ["statistics.merged_gram"] = (
            Measured.Replace("merge_method: fisher", "merge_method: regmean_plus", StringComparison.Ordinal).Replace("measured/b1.fisher.safetensors", "{ merged_gram: measured/b1.merged_gram.safetensors }", StringComparison.Ordinal).Replace("measured/c1.fisher", "measured/c1.merged_gram", StringComparison.Ordinal),
            "merged_gram: measured/b1.",
            "merged_gram: measured/b2."),
        ["statistics.update"] = (
            "merge_method: gradient\nbase_model: ./a\nbase_statistics: { update: measured/a1.update.safetensors }\nmodels: [{ model: ./b }, { model: ./c }]\n", "measured/a1.", "measured/a2."),
        ["source.statistics"] = (
            "merge_method: fisher\nslices:\n  - sources:\n      - { model: ./b, layer_range: [0, 2], statistics: measured/b1.fisher.safetensors }\n      - { model: ./c, layer_range: [0, 2], statistics: measured/c1.fisher.safetensors }\n",
            "statistics: measured/b1.",
            "statistics: measured/b2."),
        ["recipe.calibration"] = (Calibrated, "items: 2, chat: true", "items: 2, chat: false"),
        ["model.calibration"] = (Filler.Replace("- model: ./b", "- model: ./b\n    calibration: { data: prose.txt }", StringComparison.Ordinal), "prose.txt", "verse.txt"),
        ["calibration.data"] = (Calibrated, "data: prose.txt", "data: [prose.txt, verse.txt]"),
        ["calibration.items"] = (Calibrated, "items: 2", "items: 3"),
        ["calibration.max_length"] = (Calibrated, "max_length: 16", "max_length: 32"),
        ["calibration.variant"] = (Calibrated, "variant: exact", "variant: sampled"),
        ["calibration.labels"] = (Calibrated, "labels: [one, two]", "labels: [one, three]"),
        ["calibration.target_delimiter"] = (Calibrated, "target_delimiter: ''", "target_delimiter: ' '"),
        ["calibration.chat"] = (Calibrated, "chat: true", "chat: false"),
        ["calibration.seed"] = (Calibrated, "seed: 1", "seed: 2"),
        ["recipe.extends"] = ("extends: large.yml\n" + Filler, "large.yml", "small.yml"),
        ["modelPath.path"] = (Models3, "path: ./c", "path: ./d"),
        ["longModel.model"] = (Models3, "{ path: ./c }", "./d"),
        ["longModel.lora"] = (Filler.Replace("./b", "{ model: ./b, lora: ./lora }", StringComparison.Ordinal), "./lora", "{ path: ./stronger }"),
        ["longModel.override_architecture"] = (Filler.Replace("./b", "{ model: ./b, override_architecture: LlamaForCausalLM }", StringComparison.Ordinal), "LlamaFor", "MistralFor"),
        ["model.model"] = (Models3, "- model: ./b", "- model: ./d"),
        ["series.glob"] = (Series, "glob: ./?", "glob: ./b*"),
        ["series.parameters"] = (Series, "{ weight: 0.5 }", "{ weight: 0.25 }"),
        ["model.parameters"] = (Models3, "{ weight: 0.5 }", "{ weight: 0.25 }"),
        ["source.model"] = (Slices, "- model: ./c", "- model: ./d"),
        ["source.layer_range"] = (Slices, "layer_range: [0, 2]", "layer_range: [0, 1]"),
        ["source.parameters"] = (Slices, "{ weight: 0.75 }", "{ weight: 0.25 }"),
        ["slice.sources"] = (Slices, "sources:\n      - model: ./b\n        layer_range: [0, 2]", "sources:\n      - model: ./d\n        layer_range: [0, 2]"),
        ["recipe.experts"] = (Mixture, "./moe-n", "./moe-m"),
        ["recipe.shared_experts"] = (Mixture + "shared_experts: [{ source_model: ./moe-m }]\n", "shared_experts: [{ source_model: ./moe-m }]", "shared_experts: [{ source_model: ./moe-n }]"),
        ["recipe.gate_mode"] = (Mixture, "gate_mode: random", "gate_mode: uniform_random"),
        ["recipe.experts_per_token"] = (Mixture, "experts_per_token: 2", "experts_per_token: 1"),
        ["recipe.architecture"] = (Mixture + "architecture: mixtral\n", "architecture: mixtral", "architecture: mix"),
        ["expert.source_model"] = (Mixture, "source_model: ./moe-n", "source_model: ./moe-m"),
        ["expert.positive_prompts"] = (Prompts, "<for>", "<other>"),
        ["expert.negative_prompts"] = (Prompts, "<against>", "<other>"),
        ["slice.base_model"] = (Slices, "    base_model: ./a\n    par", "    base_model: ./d\n    par"),
        ["slice.parameters"] = (Slices, "nuslerp_flatten: true", "nuslerp_flatten: false"),
        ["module.models"] = (Modules, "./c", "./d"),
        ["module.slices"] = (ModuleOfSlices, "[0, 2]", "[0, 1]"),
        ["module.parameters"] = (Modules, "normalize: true", "normalize: false"),
        ["filter.filter"] = (Models3, "filter: mlp", "filter: self_attn"),
        ["filter.value"] = (Models3, "- value: 0.6", "- value: 0.7"),
        ["task.name"] = (Models3.Replace("sums.accuracy", "mean.accuracy", StringComparison.Ordinal), "name: sums", "name: additions"),
        ["task.kind"] = (Models3, "{ name: sums,", "{ name: sums, kind: exact_match,"),
        ["task.data"] = (Models3, "sums.jsonl", "easier.jsonl"),
        ["task.expert"] = (Models3, "expert: ./b", "expert: ./a"),
        ["text.name"] = (Models3.Replace("prose.loss", "sums.loss", StringComparison.Ordinal), "name: prose", "name: verse"),
        ["text.data"] = (Models3, "data: prose.txt", "data: verse.txt"),
        ["evaluate.dtype"] = (Models3, "  dtype: float32", "  dtype: bfloat16"),
        ["external.name"] = (Models3, "name: hellaswag", "name: swag"),
        ["external.task"] = (Models3, "hellaswag_de", "hellaswag_fr"),
        ["external.metric"] = (Models3, "metric: acc,", "metric: acc_norm,"),
        ["external.benchmark"] = (Models3, "task: german", "task: default"),
        ["task.benchmark"] = (Models3, "task: addition", "task: default"),
        ["benchmark.dataset"] = (Models3, "acme/sums", "acme/totals"),
        ["benchmark.task"] = (Models3, "task: german", "task: default"),
        ["benchmark.percent"] = (Models3, "percent: false", "percent: true"),
        ["evaluate.tasks"] = (Models3, "expert: ./b", "expert: ./a"),
        ["evaluate.texts"] = (Models3, "data: prose.txt", "data: verse.txt"),
        ["evaluate.external"] = (Models3, "hellaswag_de", "hellaswag_fr"),
        ["gate.metric"] = (Models3, "metric: sums.accuracy", "metric: mean.accuracy"),
        ["gate.min"] = (Models3, "min: 0.5", "min: 0.4"),
        ["gate.max"] = (Models3, "max: 3", "max: 4"),
        ["gate.against"] = (Models3, "against: base", "against: average"),
        ["gate.not_worse_than"] = (Models3, "not_worse_than: best_parent", "not_worse_than: average"),
        ["gate.pair"] = (Models3, "pair: [./b, ./c]", "pair: [./c, ./b]"),
        ["gate.sample"] = (Models3, "sample: 0.05", "sample: 0.5"),
        ["gate.margin"] = (Models3, "margin: 0.01", "margin: 0.1"),
        ["publish.folder"] = (Slices, "folder: out", "folder: elsewhere"),
        ["publish.derived"] = (Slices, "files: onnx/**", "files: other/**"),
        ["derived.name"] = (Slices, "name: onnx", "name: other"),
        ["derived.command"] = (Slices, "command: to-onnx", "command: other"),
        ["derived.files"] = (Slices, "files: onnx/**", "files: other/**"),
        ["derived.check"] = (Slices, "check: try-onnx", "check: other"),
        ["derived.to"] = (Slices, "to: out-onnx", "to: other-onnx"),
        ["publish.hub"] = (Models3, "hub: acme/small", "hub: acme/other"),
        ["publish.visibility"] = (Models3, "visibility: private", "visibility: public"),
        ["publish.branch"] = (Models3, "branch: next", "branch: main"),
        ["publish.pull_request"] = (Models3, "pull_request: true", "pull_request: false"),
        ["accepted.reason"] = (Models3, "reason: as meant", "reason: another"),
        ["accepted.digest"] = (Models3, "digest: 0123abcd", "digest: 0123abce"),
        ["recipe.name"] = (Models3, "name: small", "name: large"),
        ["recipe.version"] = (Models3, "version: 1.0.0", "version: 1.0.1"),
        ["recipe.description"] = (Models3, "A small one.", "A safe one."),
        ["recipe.merge_method"] = (Models3, "dare_ties", "dare_linear"),
        ["recipe.base_model"] = (Models3, "base_model: ./a", "base_model: ./d"),
        ["recipe.models"] = (Models3, "- model: ./b", "- model: ./d"),
        ["recipe.slices"] = (Slices, "- model: ./c", "- model: ./d"),
        ["recipe.modules"] = (Modules, "./c", "./d"),
        ["recipe.parameters"] = (Models3, "density: 0.5", "density: 0.25"),
        ["recipe.dtype"] = (Models3.Replace("out_dtype: float32\n", "", StringComparison.Ordinal), "dtype: bfloat16", "dtype: float16"),
        ["recipe.out_dtype"] = (Models3, "out_dtype: float32", "out_dtype: float16"),
        ["recipe.tokenizer_source"] = (Filler + "  - model: ./c\n    parameters: { weight: 1 }\ntokenizer_source: ./b\n", "tokenizer_source: ./b", "tokenizer_source: ./c"),
        ["recipe.tokenizer"] = (Filler + "  - model: ./c\n    parameters: { weight: 1 }\ntokenizer: { source: ./b }\n", "source: ./b", "source: ./c"),
        ["tokenizer.source"] = (Filler + "  - model: ./c\n    parameters: { weight: 1 }\ntokenizer: { source: ./b }\n", "source: ./b", "source: ./c"),
        ["tokenizer.tokens"] = (Tokens, "<|new|>", "<|other|>"),
        ["tokenizer.pad_to_multiple_of"] = (Tokens, "pad_to_multiple_of: 4", "pad_to_multiple_of: 16"),
        ["token.source"] = (Tokens, "source: ./t, force", "source: ./u, force"),
        ["token.force"] = (Tokens, "force: true", "force: false"),
        ["tokenSource.kind"] = (Tokens, "kind: model_token, model: ./u, token_id: 1", "kind: zero"),
        ["tokenSource.model"] = (Tokens, "model_token, model: ./u, token_id: 1", "model_token, model: ./t, token_id: 1"),
        ["tokenSource.token"] = (Tokens, "token: fox", "token: the"),
        ["tokenSource.token_id"] = (Tokens, "token_id: 1", "token_id: 2"),
        ["recipe.chat_template"] = (Filler + "chat_template: chatml\n", "chatml", "llama3"),
        ["recipe.seed"] = (Models3, "seed: 1", "seed: 2"),
        ["recipe.shard_size"] = (Models3, "5GB", "1GB"),
        ["recipe.allow_different_architectures"] = (Models3, "architectures: false", "architectures: true"),
        ["recipe.allow_non_finite"] = (Models3, "[lm_head]", "[model.norm]"),
        ["recipe.evaluate"] = (Models3, "hellaswag_de", "hellaswag_fr"),
        ["recipe.gates"] = (Models3, "min: 0.5", "min: 0.4"),
        ["recipe.publish"] = (Models3, "branch: next", "branch: main"),
        ["recipe.architecture_overrides"] = (Overrides, "before_layers", "after_layers"),
        ["architectureOverrides.tensors"] = (Overrides, "before_layers", "after_layers"),
        ["architectureOverrides.layers"] = (Stages, "stages.N.blocks", "stages"),
        ["architectureOverrides.names"] = (Names, OneFirst, TwoFirst),
        ["tensorOverride.tensor"] = (Overrides, "model.norm.weight", "lm_head.weight"),
        ["tensorOverride.role"] = (Overrides, "role: head", "role: weight"),
        ["tensorOverride.copy_of"] = (Copies, "copy_of: model.embed_tokens.weight", "role: head"),
        ["tensorOverride.place"] = (Overrides, "before_layers", "after_layers"),
        ["nameOverride.model"] = (Names, OneFirst + OfThird, (OneFirst + OfThird).Replace("./third", "./x", StringComparison.Ordinal).Replace("./second", "./third", StringComparison.Ordinal).Replace("./x", "./second", StringComparison.Ordinal)),
        ["nameOverride.from"] = (Names, OneFirst, TwoFirst),
        ["nameOverride.to"] = (Names, OneFirst, "{ model: ./second, from: one, to: second }\n    - { model: ./second, from: two, to: first }\n"),
        ["recipe.accept"] = (Models3, "MOPS431", "MOPS432"),
        ["recipe.output"] = (Adapter, "rank: 2", "rank: 3"),
        ["output.lora"] = (Adapter, "rank: 2", "rank: 3"),
        ["loraOutput.rank"] = (Adapter, "rank: 2", "rank: 3"),
        ["loraOutput.alpha"] = (Adapter, "alpha: 4", "alpha: 8"),
        ["loraOutput.target_modules"] = (Adapter, "[q_proj, up_proj]", "[up_proj]"),
        ["loraOutput.exclude_modules"] = (Adapter, "[0.mlp.up_proj]", "[1.mlp.up_proj]"),
        ["loraOutput.modules_to_save"] = (Adapter, "[norm]", "[lm_head]"),
        ["loraOutput.bias"] = (Adapter.Replace("./a", "./with_bias", StringComparison.Ordinal).Replace("./b\n", "./with_other_bias\n", StringComparison.Ordinal), "bias: none", "bias: all"),
        ["loraOutput.space"] = (CoreAdapter, "space: core", "space: full"),
        ["task.prompt"] = (Pairs, "prompt: { sentence1", "prompt: { sentence2: again, sentence1"),
        ["task.prompt_name"] = (Pairs.Replace("prompt: { sentence1: one }", "prompt_name: query", StringComparison.Ordinal), "prompt_name: query", "prompt_name: document"),
        ["task.dimensions"] = (Pairs, "[64, full]", "[32, full]"),
        ["prompts.sentence1"] = (Pairs, "sentence1: one", "sentence1: two"),
        ["prompts.sentence2"] = (Pairs.Replace("sentence1", "sentence2", StringComparison.Ordinal), "sentence2: one", "sentence2: two"),
        ["prompts.query"] = (Searched, "query: one", "query: two"),
        ["prompts.document"] = (Searched.Replace("query: one", "document: one", StringComparison.Ordinal), "document: one", "document: two"),
    };

    private const string CoreAdapter = """
        merge_method: task_arithmetic
        base_model: ./a
        models:
          - model: ./a+./lora
            parameters: { weight: 0.5 }
          - model: ./a+./stronger
            parameters: { weight: 0.5 }
        output:
          lora: { rank: 1, space: core }

        """;

    private const string Pairs = Filler + "evaluate: { tasks: [{ name: pairs, kind: sts, data: pairs.jsonl, prompt: { sentence1: one }, dimensions: [64, full] }] }\n";

    private const string Searched = Filler + "evaluate: { tasks: [{ name: found, kind: retrieval, data: queries.jsonl, prompt: { query: one } }] }\n";

    private const string Searches = """
        merge_method: task_arithmetic
        base_model: ./a
        models:
          - model: ./b
          - model: ./c
        search:
          searcher: grid
          parameters:
            - { parameter: lambda, filter: mlp, layers: 2, from: 0, to: 1 }
            - { parameter: weight, model: ./c, from: 0, to: 1 }
            - { parameter: weight, model: ./b, from: 0, to: 1 }
          objective: { metric: sums.accuracy, goal: max, sample: 1, tasks: [{ name: sums, data: sums.jsonl }], texts: [{ name: prose, data: prose.txt }] }
          evaluations: 81
          seed: 1

        """;

    /// <summary>What is searched: nothing is planned until new numbers are chosen, so that only the terms can be compared.</summary>
    private static readonly Dictionary<string, (string Recipe, string From, string To)> OfSearches = new()
    {
        ["recipe.search"] = (Searches, "evaluations: 81", "evaluations: 82"),
        ["search.searcher"] = (Searches, "searcher: grid", "searcher: cma_es"),
        ["search.parameters"] = (Searches, "layers: 2, from", "layers: 1, from"),
        ["search.objective"] = (Searches, "metric: sums.accuracy", "metric: mean.accuracy"),
        ["search.evaluations"] = (Searches, "evaluations: 81", "evaluations: 82"),
        ["search.seed"] = (Searches, "seed: 1", "seed: 2"),
        ["searchedParameter.parameter"] = (Searches.Replace("task_arithmetic", "dare_linear", StringComparison.Ordinal), "parameter: lambda", "parameter: density"),
        ["searchedParameter.model"] = (Searches.Replace("weight, model: ./b, from: 0", "weight, model: ./b, from: 0.5", StringComparison.Ordinal), "weight, model: ./c, from: 0,", "weight, model: { model: { path: ./c } }, from: 0.25,"),
        ["searchedParameter.filter"] = (Searches, "filter: mlp", "filter: self_attn"),
        ["searchedParameter.layers"] = (Searches, "layers: 2", "layers: 1"),
        ["searchedParameter.from"] = (Searches, "layers: 2, from: 0", "layers: 2, from: 0.5"),
        ["searchedParameter.to"] = (Searches, "from: 0, to: 1 }\n    - { parameter: weight, model: ./c", "from: 0, to: 2 }\n    - { parameter: weight, model: ./c"),
        ["objective.metric"] = (Searches, "metric: sums.accuracy", "metric: prose.loss"),
        ["objective.goal"] = (Searches, "goal: max", "goal: min"),
        ["objective.tasks"] = (Searches, "data: sums.jsonl", "data: easier.jsonl"),
        ["objective.texts"] = (Searches, "data: prose.txt", "data: verse.txt"),
        ["objective.sample"] = (Searches, "sample: 1", "sample: 2"),
        ["objective.command"] = (Searches[..Searches.IndexOf("  objective:", StringComparison.Ordinal)] + "  objective: { metric: arc.acc, goal: max, command: one }\n  evaluations: 81\n", "command: one", "command: two"),
    };

    private const string Tokens = """
        merge_method: linear
        base_model: ./t
        models:
          - { model: ./t, parameters: { weight: 1 } }
          - { model: ./u, parameters: { weight: 1 } }
        tokenizer:
          source: base
          pad_to_multiple_of: 4
          tokens:
            <|new|>: { source: { kind: model_token, model: ./u, token_id: 1 } }
            the: { source: ./t, force: true }
            fox: { source: { kind: model_token, model: ./u, token: fox }, force: true }

        """;

    /// <summary>Keys that are understood and not done yet: a recipe with one is refused, so that nothing can move. What they will affect is declared.</summary>
    private static readonly Dictionary<string, string> NotYet = new()
    {
        ["expert.noise_scale"] = Mixture.Replace("./moe-n", "./moe-n, noise_scale: 0.1", StringComparison.Ordinal),
        ["expert.residual_scale"] = Mixture.Replace("./moe-n", "./moe-n, residual_scale: 0.5", StringComparison.Ordinal),
    };

    /// <summary>Keys that models on this disk cannot have: on the Hub another revision is another commit, whose files the lock pins.</summary>
    private static readonly Dictionary<string, string> OfTheHubAlone = new()
    {
        ["modelPath.revision"] = Filler.Replace("./b", "{ model: { path: ./b, revision: main } }", StringComparison.Ordinal),
    };

    public AffectsTests()
    {
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            // models of other bytes, and other files beside them
            Models.Llama(name, layers: 2).File(name, name == "c" ? "special_tokens_map.json" : "tokenizer_config.json", "{}");
            var weights = Path.Combine(Models.Path, name, "model.safetensors");
            var bytes = File.ReadAllBytes(weights);
            bytes[^1] = (byte)name[0];
            File.WriteAllBytes(weights, bytes);
        }

        foreach (var name in new[] { "a", "b", "c" })
        {
            WriteStatistics(name, 1);
            WriteStatistics(name, 2);
        }

        foreach (var name in new[] { "moe-m", "moe-n" })
        {
            Models.Model(
                name,
                new Dictionary<string, long[]>
                {
                    ["lm_head.weight"] = [8, 4],
                    ["model.embed_tokens.weight"] = [8, 4],
                    ["model.layers.0.mlp.down_proj.weight"] = [4, 6],
                    ["model.layers.0.mlp.gate_proj.weight"] = [6, 4],
                    ["model.layers.0.mlp.up_proj.weight"] = [6, 4],
                    ["model.layers.0.self_attn.k_proj.weight"] = [4, 4],
                    ["model.layers.0.self_attn.q_proj.weight"] = [4, 4],
                    ["model.layers.0.self_attn.v_proj.weight"] = [4, 4],
                },
                config: """{"model_type": "llama", "num_hidden_layers": 1, "hidden_size": 4, "intermediate_size": 6, "num_attention_heads": 2, "vocab_size": 8, "tie_word_embeddings": false}""")
                .File(name, "tokenizer.json", TokenizerFixture.Json(["the"], "<for>", "<other>", "<against>", "<third>"))
                .Poke(name, "model.layers.0.mlp.up_proj.weight", 0, (byte)name[^1]);
        }

        WriteGates(1);
        WriteGates(2);
        var pair = new long[] { 2 };
        Models.Model("stages", (from stage in new[] { 0, 1 } from block in new[] { 0, 1, 2 } select $"stages.{stage}.blocks.{block}.w").ToDictionary(name => name, _ => pair))
            .Model("with_bias", Biased())
            .Model("with_other_bias", Biased())
            .Model("first", new Dictionary<string, long[]> { ["first.w"] = pair, ["second.w"] = pair })
            .Model("second", new Dictionary<string, long[]> { ["one.w"] = pair, ["two.w"] = pair })
            .Model("third", new Dictionary<string, long[]> { ["one.w"] = pair, ["two.w"] = pair });
        foreach (var name in new[] { "t", "u" })
        {
            Models.Llama(name, layers: 2).File(name, "tokenizer.json", TokenizerFixture.Json(["the", "quick", "brown", "fox", "jumps"]));
        }

        foreach (var (name, alpha) in new[] { ("lora", 1), ("stronger", 2) })
        {
            Models.Adapter(
                name,
                $$"""{"peft_type": "LORA", "r": 1, "lora_alpha": {{alpha}}}""",
                ("model.layers.0.self_attn.q_proj.lora_A.weight", MergeOps.Tensors.DType.F32, [1, 4]),
                ("model.layers.0.self_attn.q_proj.lora_B.weight", MergeOps.Tensors.DType.F32, [4, 1]));
        }

        File.WriteAllText(Path.Combine(Models.Path, "sums.jsonl"), "{\"prompt\": \"1 + 1\", \"answer\": \"2\"}\n");
        File.WriteAllText(Path.Combine(Models.Path, "easier.jsonl"), "{\"prompt\": \"1 + 0\", \"answer\": \"1\"}\n");
        File.WriteAllText(Path.Combine(Models.Path, "pairs.jsonl"), "{\"sentence1\": \"a\", \"sentence2\": \"b\", \"score\": 1}\n");
        File.WriteAllText(Path.Combine(Models.Path, "queries.jsonl"), "{\"query\": \"a\", \"positives\": [\"b\"]}\n");
        File.WriteAllText(Path.Combine(Models.Path, "large.yml"), "shard_size: 5GB\n");
        File.WriteAllText(Path.Combine(Models.Path, "small.yml"), "shard_size: 1GB\n");
        File.WriteAllText(Path.Combine(Models.Path, "prose.txt"), "Prose.\n");
        File.WriteAllText(Path.Combine(Models.Path, "verse.txt"), "Verse.\n");
    }

    // two files of each kind with other numbers
    private void WriteStatistics(string model, int number)
    {
        const string weight = "model.layers.0.self_attn.q_proj.weight";
        var file = Path.Combine(Models.Path, model, "model.safetensors");
        var shape = SafetensorsHeaderReader.Read(file, "model.safetensors").Tensors.Single(tensor => tensor.Name == weight).Shape;
        var digest = DigestOf(model);
        var (rows, columns) = ((int)shape[0], (int)shape[1]);
        Write("fisher", StatisticsFiles.Fisher(model, digest, number * Math.Sqrt(rows * columns)), [rows, columns], Enumerable.Repeat((float)number, rows * columns).ToArray());
        Write("activation", StatisticsFiles.Pairs("activation", model, digest), [columns], Enumerable.Range(number, columns).Select(column => (float)column).ToArray());
        Write("update", StatisticsFiles.Pairs("update", model, digest, ("norm", "1")), [rows, columns], Enumerable.Repeat((float)number, rows * columns).ToArray());
        Write("merged_gram", StatisticsFiles.Pairs("merged_gram", model, digest), [columns, columns], Enumerable.Range(0, columns * columns).Select(place => place % (columns + 1) == 0 ? (double)number : 0).ToArray());
        Write("gram", StatisticsFiles.Pairs("gram", model, digest), [columns, columns], Enumerable.Range(0, columns * columns).Select(place => place % (columns + 1) == 0 ? (double)number : 0).ToArray());

        void Write(string kind, Dictionary<string, string> pairs, long[] ofStatistic, Array numbers) =>
            System.IO.File.WriteAllBytes(Path.Combine(Directory.CreateDirectory(Path.Combine(Models.Path, "measured")).FullName, $"{model}{number}.{kind}.safetensors"), StatisticsFiles.Bytes(pairs, (weight, ofStatistic, numbers)));
    }

    private void WriteGates(int number)
    {
        var prompts = RecipeReader.Read(Models.Recipe(Hidden), RecipeText.Catalogue).Recipe!.Mixture!.PromptsDigest;
        File.WriteAllBytes(
            Path.Combine(Models.Path, "measured", $"moe{number}.gates.safetensors"),
            StatisticsFiles.Bytes(StatisticsFiles.Pairs("gates", "moe-m", DigestOf("moe-m"), ("data_digest", prompts)), ("layers.0.experts", [2, 4], new[] { 1f, 2, 3, 4, number, 0, 0, 1 })));
    }

    private string DigestOf(string model) => MeasuredWeights.DigestOf(
        [[KeyValuePair.Create("model.safetensors", BlobDigest.OfFile(DigestKind.Sha256, Path.Combine(Models.Path, model, "model.safetensors"), CancellationToken.None)), .. MeasuredWeights.Settings("config.json", CanonicalJson.Write(JsonNode.Parse(File.ReadAllText(Path.Combine(Models.Path, model, "config.json")))))]]);

    private static Dictionary<string, long[]> Biased() => new()
    {
        ["model.layers.0.self_attn.q_proj.weight"] = [4, 4],
        ["model.layers.0.self_attn.q_proj.bias"] = [4],
        ["model.layers.0.mlp.up_proj.weight"] = [6, 4],
        ["model.layers.1.mlp.up_proj.weight"] = [6, 4],
        ["model.norm.weight"] = [4],
    };

    public static TheoryData<string> Keys => [.. from block in RecipeText.Catalogue.Blocks from key in block.Keys select $"{block.Name}.{key.Name}"];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Another_value_moves_what_its_key_declares_and_nothing_else(string key)
    {
        if (NotYet.TryGetValue(key, out var refused))
        {
            Assert.Contains(RecipeReader.Read(Models.Recipe(refused), RecipeText.Catalogue).Diagnostics, finding => finding.Severity is Severity.Error);
            return;
        }

        // a variant is the recipe with its values, and what they stand for moves what it moves
        if (key == "recipe.variants")
        {
            Assert.Equal(Affects.Nothing, DeclarationOf(key).Affects);
            return;
        }

        if (OfTheHubAlone.TryGetValue(key, out var local))
        {
            Assert.Equal(Affects.Bytes, DeclarationOf(key).Affects);
            Assert.Contains(RecipeReader.Read(Models.Recipe(local), RecipeText.Catalogue).Diagnostics, finding => finding.Severity is Severity.Error);
            return;
        }

        if (OfSearches.TryGetValue(key, out var searched) || (DeclarationOf(key).Owner is not null && key.StartsWith("search.", StringComparison.Ordinal)))
        {
            var (recipe, from, to) = searched.Recipe is null ? ChangeOfSearcher(DeclarationOf(key)) : searched;
            Assert.Contains(from, recipe, StringComparison.Ordinal);
            Assert.Equal(Affects.Approval, DeclarationOf(key).Affects);
            Assert.NotEqual(TermsOf(recipe), TermsOf(recipe.Replace(from, to, StringComparison.Ordinal)));
            return;
        }

        var change = Changes.TryGetValue(key, out var listed) ? listed : ChangeOf(key);
        Assert.Contains(change.From, change.Recipe, StringComparison.Ordinal);
        var (digest, terms) = DigestAndTerms(change.Recipe);
        var (otherDigest, otherTerms) = DigestAndTerms(change.Recipe.Replace(change.From, change.To, StringComparison.Ordinal));
        var affects = DeclarationOf(key).Affects;

        Assert.Equal(affects is Affects.Bytes, digest != otherDigest);
        Assert.Equal(affects is Affects.Approval, terms != otherTerms);
    }

    private (string Digest, string Terms) DigestAndTerms(string yaml)
    {
        var plan = Plan(yaml);
        return (plan.Digest, TermsOf(yaml));
    }

    private string TermsOf(string yaml)
    {
        var (recipe, found) = RecipeReader.Read(Models.Recipe(yaml), RecipeText.Catalogue);
        Assert.True(recipe is not null, string.Join('\n', found));
        return ApprovalTerms.Of(recipe, RecipeText.Catalogue).ToJsonString();
    }

    // a key of a searcher: all of them are numbers, and a budget of 100 points holds both
    private static (string Recipe, string From, string To) ChangeOfSearcher(KeyDeclaration key)
    {
        var least = Math.Ceiling(((NumberShape)key.Value).Min ?? 0);
        // several searchers may bring one key, and some learn from data of the models
        var searcher = SearcherCatalogue.All.First(known => known.Name == key.Owner!.Split(", ")[0]);
        var recipe = $"""
            merge_method: {(searcher.Learns is null ? "linear" : "task_arithmetic\nbase_model: ./a\ncalibration: { data: prose.txt }")}
            models: [{"{"} model: ./b {"}"}, {"{"} model: ./c {"}"}]
            search:
              searcher: {searcher.Name}
              {key.Name}: {least}
              parameters: [{"{"} parameter: weight, model: ./b, from: 0, to: 1 {"}"}, {"{"} parameter: weight, model: ./c, from: 0, to: 1 {"}"}]
              objective: {"{"} metric: mean.accuracy, goal: min, tasks: [{"{"} name: sums, data: sums.jsonl {"}"}, {"{"} name: easier, data: easier.jsonl {"}"}] {"}"}
              evaluations: 100

            """;
        return (recipe, $"{key.Name}: {least}", $"{key.Name}: {least + 1}");
    }

    // a key of a kind of task: two values of the form that it declares
    private static (string Recipe, string From, string To) ChangeOf(string name)
    {
        var key = DeclarationOf(name);
        Assert.True(key.Owner is not null && name.StartsWith("task.", StringComparison.Ordinal), $"'{name}' is a new key: say here by which change of a recipe its effect shows");
        var (value, other) = key.Value switch
        {
            TextShape => ("one", "two"),
            NameShape { Names: [var first, var second, ..] } => (first, second),
            FlagShape => ("true", "false"),
            NumberShape { Min: var min } => ($"{Math.Ceiling(min ?? 0)}", $"{Math.Ceiling(min ?? 0) + 1}"),
            PathShape => ("sums.jsonl", "easier.jsonl"),
            TextsShape => ("[one, two]", "[one, three]"),
            TextOrTextsShape => ("one", "two"),
            var form => throw new ArgumentOutOfRangeException(nameof(name), form, "say here by which change of a recipe its effect shows"),
        };
        // several kinds may bring a key, and the first one may need others beside it
        var kind = key.Owner.Split(", ")[^1];
        var beside = RecipeText.Catalogue.Tasks.Single(task => task.Name == kind).Keys
            .Where(needed => needed.IsRequired && needed.Name != key.Name).Select(needed => $", {needed.Name}: [one, two]")
            .Concat(key.Name is "stop" or "max_tokens" or "ignore_case" or "ignore_punctuation" ? [", generate: true"] : []);
        return (
            $"{Filler}evaluate: {{ tasks: [{{ name: sums, kind: {kind}, data: sums.jsonl{string.Concat(beside)}, {key.Name}: {value} }}] }}\n",
            $"{key.Name}: {value}",
            $"{key.Name}: {other}");
    }

    private static KeyDeclaration DeclarationOf(string key) => RecipeText.Catalogue.Blocks.Single(block => key.StartsWith(block.Name + ".", StringComparison.Ordinal)).Keys
        .Single(declared => key.EndsWith("." + declared.Name, StringComparison.Ordinal));
}

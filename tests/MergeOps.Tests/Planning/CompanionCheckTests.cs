using MergeOps.Diagnostics;
using MergeOps.Planning;
using Xunit;

namespace MergeOps.Tests.Planning;

/// <summary>What plans say of the files beside the weights.</summary>
public sealed class CompanionCheckTests : PlanningTests
{
    private const string Merge = """
        merge_method: linear
        models:
          - model: ./a
            parameters: { weight: 1 }
          - model: ./b
            parameters: { weight: 1 }
        """;

    public CompanionCheckTests() => Models.Llama("a", layers: 1).Llama("b", layers: 1);

    [Fact]
    public void Models_of_weights_config_and_equal_settings_say_nothing()
    {
        Give("a", "generation_config.json", """{"eos_token_id": 2, "transformers_version": "4.40.0"}""");
        Give("b", "generation_config.json", """{"transformers_version": "5.1.0",   "eos_token_id": 2}""");
        Give("a", "tokenizer.json", "{}");
        Give("b", "tokenizer.json", "{ }");
        Give("b", "README.md", "# B");

        Assert.Empty(TryPlan(Merge, Models).Diagnostics);
    }

    [Fact]
    public void What_stays_behind_is_told_once_for_the_model_that_gives_the_files()
    {
        Give("a", "tokenizer.json", "{}");
        Give("a", "trainer_state.json", "{}");
        Give("a", "eval/results.json", "{}");
        Give("b", "wandb/run/x.json", "{}");

        var (plan, diagnostics) = TryPlan(Merge, Models);

        Assert.Equal(["tokenizer.json"], plan!.Companions.Select(companion => companion.Path));
        var note = Assert.Single(diagnostics);
        Assert.Equal((Codes.FilesStayBehind, Severity.Note), (note.Code, note.Severity));
        Assert.Equal("./a has 'trainer_state.json' (training state); 'eval/' (logs and results).", note.Detail);
    }

    [Fact]
    public void Files_that_differ_or_that_only_another_model_has_are_told()
    {
        Give("a", "generation_config.json", """{"eos_token_id": 2}""");
        Give("b", "generation_config.json", """{"eos_token_id": 32}""");
        Give("b", "chat_template.jinja", "{{ messages }}");

        var note = Assert.Single(TryPlan(Merge, Models).Diagnostics);

        Assert.Equal((Codes.CompanionsDiffer, Severity.Note), (note.Code, note.Severity));
        Assert.Equal(
            "Other than what travels: 'generation_config.json' of ./b. Without a counterpart that travels: 'chat_template.jinja' of ./b.", note.Detail);
    }

    [Fact]
    public void Files_of_the_tokenizer_are_held_against_the_model_that_gives_them()
    {
        Give("a", "chat_template.jinja", "old");
        Give("b", "chat_template.jinja", "new");

        var (plan, diagnostics) = TryPlan(Merge + "\ntokenizer_source: ./b\n", Models);

        Assert.Equal("./b", plan!.Models[Assert.Single(plan.Companions).Model].Reference.ToString());
        Assert.Equal("Other than what travels: 'chat_template.jinja' of ./a.", Assert.Single(diagnostics, found => found.Code == Codes.CompanionsDiffer).Detail);
    }

    [Fact]
    public void Code_that_travels_is_named_with_a_warning()
    {
        Models.Llama("a", layers: 1);
        Give("a", "config.json", """{"auto_map": {"AutoModel": "modeling_a.A"}, "num_hidden_layers": 1}""");
        Give("a", "modeling_a.py", "from .extra import x\n");
        Give("a", "extra.py", "x = 1\n");

        var (plan, diagnostics) = TryPlan(Merge, Models);

        Assert.Equal(["extra.py", "modeling_a.py"], plan!.Companions.Select(companion => companion.Path));
        var warning = Assert.Single(diagnostics, found => found.Code == Codes.RemoteCodeTravels);
        Assert.Equal(Severity.Warning, warning.Severity);
        Assert.Contains("copied unread ('extra.py' and 'modeling_a.py')", warning.Detail, StringComparison.Ordinal);
        Assert.Contains("'auto_map' of ./b", Assert.Single(diagnostics, found => found.Code == Codes.CompanionsDiffer).Detail, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("modeling_a.A", "names 'modeling_a.py', which is not beside it")]
    [InlineData("org/code--modeling_a.A", "takes code from 'org/code' on the Hub")]
    public void Code_that_does_not_travel_is_named_with_a_warning(string name, string message)
    {
        Give("a", "config.json", $$$"""{"auto_map": {"AutoModel": "{{{name}}}"}, "num_hidden_layers": 1}""");

        Assert.Contains(
            message, Assert.Single(TryPlan(Merge, Models).Diagnostics, found => found.Code == Codes.RemoteCodeElsewhere).Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Weights_beside_the_model_are_not_lost_without_a_warning()
    {
        Give("b", "value_head.safetensors", "x");
        Give("b", "model.fp16.safetensors", "x");
        Give("b", "merge-b.fisher.safetensors", "x");

        var warning = Assert.Single(TryPlan(Merge, Models).Diagnostics);

        Assert.Equal((Codes.WeightsUnread, Severity.Warning), (warning.Code, warning.Severity));
        Assert.StartsWith("'value_head.safetensors' of ./b:", warning.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_plan_lists_each_companion_with_its_source()
    {
        Give("a", "tokenizer.json", "{}");
        Give("a", "generation_config.json", "{}");

        var overview = PlanOverview.Of(Plan(Merge));

        Assert.Contains("Files beside the weights\n  ./a  generation_config.json, tokenizer.json\n", PlanSummary.Text(overview), StringComparison.Ordinal);
        Assert.Contains("Files of `./a` beside the weights: `generation_config.json`, `tokenizer.json`.", PlanSummary.Tables(overview), StringComparison.Ordinal);
    }

    private void Give(string model, string file, string text)
    {
        var path = Path.Combine(Models.Path, model, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }
}

using MergeOps.Diagnostics;
using MergeOps.Recipes;
using MergeOps.Recipes.Validation;
using Xunit;

namespace MergeOps.Tests.Recipes;

public sealed class RecipeReaderTests
{
    private const string Commit = "0123456789abcdef0123456789abcdef01234567";

    [Fact]
    public void Every_key_arrives_with_its_place()
    {
        var recipe = RecipeText.Valid($$"""
            name: our-merge
            version: 1.2.0
            description: "Two experts"
            merge_method: ties
            base_model: acme/base-7b
            models:
              - model: acme/math-7b@{{Commit}}
                parameters:
                  weight: [0.1, 0.9]
                  density:
                    - filter: mlp
                      value: 0.5
                    - value: 1
              - model: acme/code-7b
            parameters: {weight: 0.5, normalize: false}
            dtype: bfloat16
            out_dtype: torch.float16
            tokenizer_source: base
            seed: 42
            shard_size: 500MB
            gates:
              - {metric: sums.accuracy, min: 0.5, against: average}
            publish: {hub: acme/merged}
            """);

        Assert.Equal("our-merge", recipe.Name?.Value);
        Assert.Equal("1.2.0", recipe.Version?.Value);
        Assert.Equal("Two experts", recipe.Description?.Value);
        Assert.Equal("ties", recipe.MergeMethod.Value.Name);
        Assert.Equal(new ModelReference("acme/base-7b"), recipe.BaseModel?.Value);
        Assert.Equal(("bfloat16", "torch.float16"), (recipe.DType?.Value, recipe.OutDType?.Value));
        Assert.Equal((42UL, 500_000_000L), (recipe.Seed?.Value, recipe.ShardSize?.Value));
        Assert.Equal("base", recipe.Tokenizer?.Source.Value);
        Assert.Equal((0.5, "average"), (recipe.Gates.Single().Min?.Value, recipe.Gates.Single().Against?.Value));
        Assert.Equal(("hub", "acme/merged"), (recipe.Publish?.Kind, recipe.Publish?.Place.Value));

        var (first, second) = (recipe.Modules.Single().Models[0], recipe.Modules.Single().Models[1]);
        Assert.Equal(new ModelReference("acme/math-7b", Commit), first.Model.Value);
        Assert.Equal(new ModelReference("acme/code-7b"), second.Model.Value);
        Assert.Equal([0.1, 0.9], ((GradientSetting)first.Parameters[0].Setting).Values.Select(value => value.Value));
        Assert.Equal("mlp", ((FilteredSetting)first.Parameters[1].Setting).Entries[0].Filter?.Value);
        Assert.Equal((9, 15, 9, 25), PlaceOf(first.Parameters[0].Setting.Span));
        Assert.Equal((4, 15, 4, 19), PlaceOf(recipe.MergeMethod.Span));
        Assert.Equal(["weight", "normalize"], recipe.Parameters.Select(named => named.Parameter.Value.Name));
    }

    [Fact]
    public void The_slices_of_a_module_keep_their_order()
    {
        var recipe = RecipeText.Valid("""
            modules:
              default:
                slices:
                  - sources:
                      - {model: acme/a, layer_range: [0, 8]}
                  - sources:
                      - {model: acme/b, layer_range: [4, 12]}
            merge_method: passthrough
            """);

        Assert.Equal("default", recipe.Modules.Single().Name?.Value);
        Assert.Equal([new(0, 8), new(4, 12)], recipe.Modules.Single().Slices.Select(slice => slice.Sources.Single().LayerRange!.Value));
    }

    [Fact]
    public void A_module_of_one_model_needs_neither_a_second_one_nor_parameters()
    {
        var recipe = RecipeText.Valid("""
            modules:
              text_decoder:
                models: [{model: acme/it}, {model: acme/tiger, parameters: {weight: 0.5}}]
              vision_tower:
                models: [{model: acme/it}]
            merge_method: task_arithmetic
            base_model: acme/it
            """);

        Assert.Equal(["text_decoder", "vision_tower"], recipe.Modules.Select(module => module.Name?.Value));
    }

    [Theory]
    [InlineData("5GB", 5_000_000_000)]
    [InlineData("2.5 gb", 2_500_000_000)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("100KB", 100_000)]
    [InlineData("12B", 12)]
    [InlineData("1e9", 1_000_000_000)]
    [InlineData("\"4096\"", 4096)]
    public void Shard_sizes_are_decimal_bytes(string text, long bytes) =>
        Assert.Equal(bytes, RecipeText.Valid($"{Linear}\nshard_size: {text}").ShardSize?.Value);

    [Theory]
    [InlineData("0")]
    [InlineData("-5GB")]
    [InlineData("5GiB")]
    [InlineData("1.5")]
    [InlineData("99999999999TB")]
    public void Other_shard_sizes_are_refused(string text) => Assert.Null(RecipeText.Read($"{Linear}\nshard_size: {text}").Recipe);

    [Theory]
    [InlineData("0", 0)]
    [InlineData("18446744073709551615", ulong.MaxValue)]
    [InlineData("1e3", 1000)]
    public void A_seed_has_64_bits(string text, ulong seed) =>
        Assert.Equal(seed, RecipeText.Valid($"{Linear}\nseed: {text}").Seed?.Value);

    [Theory]
    [InlineData("18446744073709551616")]
    [InlineData("-1")]
    [InlineData("1.5")]
    [InlineData(".nan")]
    public void No_other_number_is_a_seed(string text) => Assert.Null(RecipeText.Read($"{Linear}\nseed: {text}").Recipe);

    [Fact]
    public void A_lock_beside_the_recipe_pins_branches()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("merge.yml", "merge_method: passthrough\nmodels:\n  - model: acme/math-7b@main\n"u8);
        Assert.Equal(["Warning MOPS119 3,25"], RecipeText.Places(RecipeReader.Read(path, RecipeText.Catalogue).Diagnostics));

        folder.Write("merge.lock.yml", ""u8);
        Assert.Empty(RecipeReader.Read(path, RecipeText.Catalogue).Diagnostics);
    }

    [Fact]
    public void A_local_model_beside_the_recipe_is_found_whatever_its_name()
    {
        using var folder = new TemporaryFolder();
        foreach (var name in new[] { "models/my model", "ünïcode", "a/b/c" })
        {
            Directory.CreateDirectory(folder[name]);
            var text = $"merge_method: passthrough\nmodels:\n  - model: {name}\n";
            var path = folder.Write("recipe.yml", System.Text.Encoding.UTF8.GetBytes(text));

            var recipe = RecipeReader.Read(path, RecipeText.Catalogue).Recipe;
            Assert.Equal(folder[name], ModelLocation.FindLocal(recipe!.Modules[0].Models[0].Model.Value.Path, recipe.Folder));
        }
    }

    [Fact]
    public void Backslashes_in_plain_text_stay_backslashes()
    {
        var (_, found) = RecipeText.Read("merge_method: passthrough\nmodels:\n  - model: C:\\new\\table\n");
        Assert.Contains(@"'C:\new\table'", found.Single().Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void Rules_of_later_stages_run_on_what_was_read_whole()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("recipe.yml", System.Text.Encoding.UTF8.GetBytes(Linear + "\ndtpye: float16\n"));
        Action<Recipe, DiagnosticBag> rule = (recipe, found) => found.Error(Codes.PolicyRefused, "by a rule", recipe.MergeMethod.Span);

        Assert.Equal(
            ["MOPS140", "MOPS107"],
            RecipeReader.Read(path, RecipeText.Catalogue with { Rules = [rule] }).Diagnostics.Select(d => d.Code.Id));
    }

    [Fact]
    public void The_two_models_of_a_slerp_may_stand_in_either_order()
    {
        foreach (var (first, second) in new[] { ("acme/base", "acme/math"), ("acme/math", "acme/base") })
        {
            var text = $"merge_method: slerp\nbase_model: acme/base\nmodels:\n  - model: {first}\n  - model: {second}\nparameters: {{t: 0.5}}\n";
            Assert.Empty(RecipeText.Read(text).Found);
        }
    }

    private const string Linear = "merge_method: linear\nmodels:\n  - model: acme/math-7b\n    parameters: {weight: 1}";

    private static (int, int, int, int) PlaceOf(SourceSpan span) => (span.Line, span.Column, span.EndLine, span.EndColumn);
}

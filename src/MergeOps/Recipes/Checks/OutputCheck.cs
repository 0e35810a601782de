using MergeOps.Diagnostics;
using MergeOps.Methods.Contract;
using MergeOps.Recipes.Declarations;
using MergeOps.Recipes.Reading;

namespace MergeOps.Recipes.Checks;

/// <summary>An adapter as the output has one base with its layers and tokens, and the space in which it is made fits the models.</summary>
internal static class OutputCheck
{
    public static void Run(Recipe recipe, MergeMethod method, ReadingContext context)
    {
        if (recipe.Output is not { } output || context.IsIncomplete)
        {
            return;
        }

        if (recipe.BaseModel is not { } baseModel)
        {
            Refuse("An adapter needs 'base_model': the model that it changes.", output.Span);
            return;
        }

        if (baseModel.Value.Lora is not null)
        {
            Refuse($"An adapter changes one model, and {TerminalText.Quoted(baseModel.Value.ToString())} is one with adapters. Name the model under them as 'base_model', and the model with them among the 'models'.", baseModel.Span);
        }

        if (recipe.Modules.FirstOrDefault(module => !module.Slices.IsEmpty || module.Name is { Value: not RecipeKeys.OnlyModule }) is { } parts)
        {
            Refuse($"An adapter has the base's layers: '{(parts.Slices.IsEmpty ? "modules" : "slices")}' and 'output: {{lora: …}}' do not go together. Merge whole 'models'.", parts.Span);
        }

        if ((recipe.Tokenizer?.Span ?? recipe.ChatTemplate?.Span) is { } tokens)
        {
            Refuse("An adapter has the base's tokenizer and chat template. Leave them out.", tokens);
        }

        RequireOneBase(recipe, output);
        if (output.Space is { Value: LoraSpaces.Core } core)
        {
            RequireCore(recipe, method, core);
        }

        void Refuse(string detail, SourceSpan span) => context.Error(Codes.LoraOutputRefused, detail, span);

        void RequireOneBase(Recipe of, LoraOutputSettings settings)
        {
            var origin = of.BaseModel!.Value;
            var others = of.Modules.SelectMany(module => module.Models).Select(input => input.Model).Where(model => model.Value != origin).ToList();
            if (settings.Space?.Value != LoraSpaces.Full && others.TrueForAll(model => model.Value.Lora is not null)
                && others.Find(model => model.Value.WithoutAdapters != origin) is { } foreign)
            {
                Refuse(
                    $"The adapter of {TerminalText.Quoted(foreign.Value.ToString())} is on {TerminalText.Quoted(foreign.Value.WithoutAdapters.ToString())}, and 'base_model' is {TerminalText.Quoted(origin.ToString())}. "
                    + "Put the adapters on one base, written the same way. If the difference between the bases should become part of the new adapter, write 'space: full'.",
                    foreign.Span);
            }
        }

        void RequireCore(Recipe of, MergeMethod merges, Located<string> space)
        {
            if (!merges.MergesTaskVectors)
            {
                Refuse($"'{merges.Name}' merges whole weights instead of changes, and the core space has only changes. Write 'space: full', or use a method for task vectors such as task_arithmetic or ties.", space.Span);
            }

            if (!LoraOutputSettings.IsOfAdapters(of))
            {
                Refuse("The core space is that of adapters: every model must be the base with an adapter, 'BASE+ADAPTER'. Write 'space: full'.", space.Span);
            }
        }
    }
}

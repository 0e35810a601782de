using System.Text;

namespace MergeOps.Tokenizers.ChatTemplates;

/// <summary>Carries out the statements of a template.</summary>
/// <param name="globals">The functions that every template has.</param>
internal sealed class TemplateRenderer(Scope globals)
{
    private readonly RenderBudget budget = new();
    private Evaluator? evaluator;

    private Evaluator Evaluator => evaluator ??= new(budget);

    /// <summary>The text.</summary>
    /// <param name="template">The statements.</param>
    /// <param name="variables">What the template is told.</param>
    /// <exception cref="TemplateFault">It raises an error, or needs what is not exact here.</exception>
    public string Render(IReadOnlyList<Statement> template, IEnumerable<KeyValuePair<string, object?>> variables)
    {
        var scope = new Scope(globals);
        foreach (var (name, value) in variables)
        {
            scope.Set(name, value);
        }

        return Text(template, new Scope(scope));
    }

    private string Text(IReadOnlyList<Statement> body, Scope scope)
    {
        var output = new StringBuilder();
        return Run(body, scope, output) == Flow.Goes ? budget.Made(output.ToString()) : throw new TemplateFault("'break' or 'continue' outside a loop");
    }

    private Flow Run(IReadOnlyList<Statement> body, Scope scope, StringBuilder output)
    {
        foreach (var statement in body)
        {
            budget.Step();
            var flow = Run(statement, scope, output);
            if (flow != Flow.Goes)
            {
                return flow;
            }
        }

        return Flow.Goes;
    }

    private Flow Run(Statement statement, Scope scope, StringBuilder output)
    {
        try
        {
            return Carry(statement, scope, output);
        }
        catch (TemplateFault fault) when (fault.Line == 0)
        {
            throw new TemplateFault(fault.Message, statement.Line);
        }
    }

    private Flow Carry(Statement statement, Scope scope, StringBuilder output)
    {
        switch (statement)
        {
            case Statement.Text text:
                Write(text.Value, output);
                return Flow.Goes;
            case Statement.Output value:
                Write(PythonText.Of(Evaluator.Value(value.Value, scope)), output);
                return Flow.Goes;
            case Statement.If choice:
                foreach (var (test, body) in choice.Branches)
                {
                    if (Operators.IsTrue(Evaluator.Value(test, scope)))
                    {
                        return Run(body, scope, output);
                    }
                }

                return Run(choice.Else, scope, output);
            case Statement.For loop:
                return Loop(loop, scope, output);
            case Statement.Set set:
                Assign(set.Target, Evaluator.Value(set.Value, scope), scope);
                return Flow.Goes;
            case Statement.SetBlock block:
                var made = Text(block.Body, new Scope(scope));
                Assign(block.Target, block.Filter is { } filter ? Evaluator.Filtered(filter, made, scope) : made, scope);
                return Flow.Goes;
            case Statement.With with:
                return With(with, scope, output);
            case Statement.FilterBlock block:
                Write(PythonText.Of(Evaluator.Filtered(block.Filter, Text(block.Body, new Scope(scope)), scope)), output);
                return Flow.Goes;
            case Statement.Macro macro:
                scope.Set(macro.Id, MacroOf(macro, scope));
                return Flow.Goes;
            case Statement.CallBlock block:
                Write(PythonText.Of(CallWithCaller(block, scope)), output);
                return Flow.Goes;
            case Statement.Scope inner:
                return Run(inner.Body, new Scope(scope), output);
            case Statement.Break:
                return Flow.Breaks;
            default:
                return Flow.Continues;
        }
    }

    private void Write(string text, StringBuilder output)
    {
        output.Append(budget.Made(text));
        if (output.Length > RenderBudget.LongestText)
        {
            throw new TemplateFault("Its text becomes too long");
        }
    }

    private Flow Loop(Statement.For loop, Scope scope, StringBuilder output)
    {
        var items = new List<object?>();
        foreach (var item in FilterFunctions.Items(Evaluator.Value(loop.Source, scope)))
        {
            budget.Step();
            var test = new Scope(scope);
            if (loop.Test is not null)
            {
                Assign(loop.Target, item, test);
            }

            if (loop.Test is null || Operators.IsTrue(Evaluator.Value(loop.Test, test)))
            {
                items.Add(item);
            }
        }

        var variable = new LoopVariable(items);
        var flow = Flow.Goes;
        for (; variable.Place < items.Count && flow != Flow.Breaks; variable.Place++)
        {
            var inner = new Scope(scope);
            inner.Set("loop", variable);
            Assign(loop.Target, items[variable.Place], inner);
            flow = Run(loop.Body, inner, output);
        }

        return items.Count == 0 ? Run(loop.Else, new Scope(scope), output) : Flow.Goes;
    }

    private Flow With(Statement.With with, Scope scope, StringBuilder output)
    {
        // the values are computed outside, before any of them is there
        object?[] values = [.. with.Values.Select(pair => Evaluator.Value(pair.Value, scope))];
        var inner = new Scope(scope);
        foreach (var (pair, value) in with.Values.Zip(values))
        {
            Assign(pair.Target, value, inner);
        }

        return Run(with.Body, inner, output);
    }

    private static void Assign(Target target, object? value, Scope scope)
    {
        switch (target)
        {
            case Target.Name name:
                scope.Set(name.Id, value);
                break;
            case Target.Member member:
                if (!scope.TryGet(member.Id, out var space) || space is not Namespace known)
                {
                    throw new TemplateFault($"'{member.Id}' is not a namespace, so its '{member.Attribute}' cannot be set");
                }

                known.Members[member.Attribute] = value;
                break;
            case Target.Several several:
                object?[] values = [.. FilterFunctions.Items(value)];
                if (values.Length != several.Targets.Count)
                {
                    throw new TemplateFault($"{values.Length} values are assigned to {several.Targets.Count} names");
                }

                foreach (var (part, item) in several.Targets.Zip(values))
                {
                    Assign(part, item, scope);
                }

                break;
        }
    }

    private Function MacroOf(Statement.Macro macro, Scope outer) => new(macro.Id, given =>
    {
        budget.Enter();
        var inner = new Scope(outer);
        var caller = given.Named.FirstOrDefault(named => named.Name == "caller").Value;
        inner.Set("caller", caller ?? new Undefined("'caller'"));
        var values = new CallValues(given.Positional, [.. given.Named.Where(named => named.Name != "caller")]).Bind(macro.Id, [.. macro.Parameters.Select(parameter => parameter.Name)]);
        foreach (var (name, _) in macro.Parameters)
        {
            inner.Set(name, new Undefined($"the parameter '{name}'"));
        }

        foreach (var ((name, whereAbsent), value) in macro.Parameters.Zip(values))
        {
            if (value != CallValues.Missing || whereAbsent is not null)
            {
                inner.Set(name, value != CallValues.Missing ? value : Evaluator.Value(whereAbsent!, inner));
            }
        }

        var text = Text(macro.Body, inner);
        budget.Leave();
        return text;
    });

    private object? CallWithCaller(Statement.CallBlock block, Scope scope)
    {
        var given = Evaluator.Given(block.Call.Arguments, scope);
        return Evaluator.Call(
            Evaluator.Value(block.Call.Target, scope), given with { Named = [.. given.Named, ("caller", MacroOf(block.Caller, scope))] });
    }

    private enum Flow
    {
        Goes,
        Breaks,
        Continues,
    }
}

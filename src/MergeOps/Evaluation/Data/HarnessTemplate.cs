using System.Collections.Immutable;
using System.Text;
using MergeOps.Tokenizers.ChatTemplates;
using Expressions = MergeOps.Tokenizers.ChatTemplates.Evaluator;

namespace MergeOps.Evaluation.Data;

/// <summary>
/// A template of lm-evaluation-harness over the fields of a document, as its jinja2 renders it: strict about names that are not
/// defined, with every line break kept. Expressions are fields, their members, lists, methods and some filters; what has
/// statements, conditions or comparisons is refused.
/// </summary>
internal sealed class HarnessTemplate
{
    private static readonly ImmutableArray<string> Filters = ["capitalize", "first", "join", "last", "length", "lower", "replace", "string", "trim", "upper"];

    private readonly IReadOnlyList<Statement> body;

    private HarnessTemplate(IReadOnlyList<Statement> body) => this.body = body;

    /// <summary>Reads a template.</summary>
    /// <exception cref="TemplateFault">It is broken, or outside of what is exact here.</exception>
    public static HarnessTemplate Parse(string text)
    {
        // only tags take line breaks and white space around them, and chat templates are set up differently there
        if (text.Contains("{%", StringComparison.Ordinal) || text.Contains("{#", StringComparison.Ordinal))
        {
            throw new TemplateFault("Statements and comments ('{%', '{#') are not supported here");
        }

        // chat templates lose a last line break, and these keep it
        var statements = TemplateParser.Parse(text.EndsWith('\n') || text.EndsWith('\r') ? $"{text}\n" : text);
        foreach (var statement in statements)
        {
            if (statement is Statement.Output output)
            {
                RequireKnown(output.Value);
            }
        }

        return new(statements);
    }

    /// <summary>The text for a document.</summary>
    /// <exception cref="TemplateFault">The document lacks what the template names.</exception>
    public string Render(Mapping document)
    {
        var (text, scope, evaluator) = (new StringBuilder(), ScopeOf(document), new Expressions(new RenderBudget()));
        foreach (var statement in body)
        {
            text.Append(statement is Statement.Output output ? PythonText.Of(Defined(output.Value, scope, evaluator)) : ((Statement.Text)statement).Value);
        }

        return text.ToString();
    }

    /// <summary>Whether the template is one expression and nothing else, so that it has a <see cref="Value"/>.</summary>
    public bool IsExpression => body is [Statement.Output];

    /// <summary>The value of a template that is one expression, for a document.</summary>
    /// <exception cref="TemplateFault">The document lacks what the template names.</exception>
    public object? Value(Mapping document) => Defined(((Statement.Output)body[0]).Value, ScopeOf(document), new Expressions(new RenderBudget()));

    private static Scope ScopeOf(Mapping document)
    {
        var scope = new Scope(null);
        foreach (var (name, value) in document.Entries)
        {
            scope.Set((string)name!, value);
        }

        return scope;
    }

    // a part that is not defined may vanish in the whole
    private static object? Defined(Expression expression, Scope scope, Expressions evaluator)
    {
        foreach (var part in PartsOf(expression))
        {
            Defined(part, scope, evaluator);
        }

        return evaluator.Value(expression, scope) is var value && value is Undefined undefined
            ? throw new TemplateFault($"The item has no {undefined.What}")
            : value;
    }

    private static void RequireKnown(Expression expression)
    {
        var refusal = expression switch
        {
            Expression.Filter filter when !Filters.Contains(filter.Id) => $"The filter '{filter.Id}' is not supported here; supported are {string.Join(", ", Filters)}",
            Expression.Call { Target: not Expression.Attribute } => "Calls are not supported here, except those of methods such as 'split' and 'index'",
            Expression.Binary { Operator: not "+" } binary => $"'{binary.Operator}' is not supported here",
            Expression.Conditional or Expression.Comparison or Expression.Test or Expression.Dictionary or Expression.Unary { Operator: "not" } =>
                "Conditions, comparisons and mappings are not supported here",
            _ => null,
        };
        if (refusal is not null)
        {
            throw new TemplateFault(refusal, expression.Line);
        }

        foreach (var part in PartsOf(expression))
        {
            RequireKnown(part);
        }
    }

    private static IEnumerable<Expression> PartsOf(Expression expression) => expression switch
    {
        Expression.List list => list.Items,
        Expression.Attribute attribute => [attribute.Target],
        Expression.Item item => [item.Target, item.Key],
        Expression.Slice slice => new[] { slice.Target, slice.Start, slice.Stop, slice.Step }.OfType<Expression>(),
        Expression.Call call => [call.Target, .. GivenTo(call.Arguments)],
        Expression.Filter filter => [filter.Target!, .. GivenTo(filter.Arguments)],
        Expression.Binary binary => [binary.Left, binary.Right],
        Expression.Unary unary => [unary.Operand],
        Expression.Join join => join.Parts,
        _ => [],
    };

    private static IEnumerable<Expression> GivenTo(Arguments arguments) => arguments.Positional.Concat(arguments.Named.Select(named => named.Value));
}

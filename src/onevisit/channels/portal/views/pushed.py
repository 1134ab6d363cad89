"""Where departments' own systems tell that they did something with a case that was pushed to them."""

from django.http import HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from onevisit.cases import pushed as cases
from onevisit.identity.login import ActorRequest


@csrf_exempt
@require_POST
def callback(request: ActorRequest) -> HttpResponse:
    """The department's signed word; believed only after our own question."""
    cases.callback(request.headers, request.body)
    return HttpResponse(status=204)

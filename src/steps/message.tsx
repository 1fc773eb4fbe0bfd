import type { Json } from '../core/activity.ts'
import type { FlowView } from '../core/view.ts'
import { Actions, BackButton, Button, customActions } from './actions.tsx'
import { Copy } from './copy.tsx'
import { Media, type MediaImage, type MediaVideo, Video } from './media.tsx'
import type { StepType } from './step.ts'

export interface MessageProps {
  title?: string
  text?: string
  image?: MediaImage
  video?: MediaVideo
  /** Default: back where there is a way back, and next or done. */
  actions?: Json
}

/** Says something. */
export const message: StepType<MessageProps> = { name: 'message', View: Message }

function Message({ title, text, image, video, actions, view }: MessageProps & { view: FlowView }) {
  return (
    <div class="step">
      <Media image={image} view={view} />
      <Video video={video} view={view} />
      <Copy title={title} text={text} view={view} />
      <Actions view={view}>
        {customActions(actions, view) ?? (
          <>
            <BackButton view={view} />
            <Button look="primary" onClick={() => view.next()}>
              {view.label(view.last ? 'done' : 'next')}
            </Button>
          </>
        )}
      </Actions>
    </div>
  )
}
